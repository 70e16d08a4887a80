// Dub's package is a loader: what it measures with comes from Dub's servers and is not in it.
import { inject } from '@dub/analytics';

inject({ scriptProps: { src: '/vendor/dub/script.js' } });
