// Snowplow, as its manual starts it, without plug-ins.
import { newTracker, trackPageView } from '@snowplow/browser-tracker';

newTracker('sp', location.origin, { appId: 'shop', postPath: '/vendor/snowplow' });
trackPageView();
