// PostHog, as its manual starts it; what it fetches and sends goes to the page's own host. It passes over browsers that look automated.
import posthog from 'posthog-js';

posthog.init('bench', { api_host: `${location.origin}/vendor/posthog`, opt_out_useragent_filter: true });
