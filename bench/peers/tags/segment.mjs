// Segment's analytics.js, as its manual starts it; settings and events go to the page's own host.
import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load(
  { writeKey: 'bench', cdnURL: `${location.origin}/vendor/segment` },
  { integrations: { 'Segment.io': { apiHost: `${location.host}/vendor/segment`, protocol: 'http' } } },
);
void analytics.page();
