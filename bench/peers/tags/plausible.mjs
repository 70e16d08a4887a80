// Plausible, as its manual starts it; the page of the benchmark lies on localhost, which it would pass over.
import { init } from '@plausible-analytics/tracker';

init({ domain: 'shop.example', endpoint: '/vendor/plausible', captureOnLocalhost: true });
