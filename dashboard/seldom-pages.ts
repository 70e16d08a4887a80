/** The pages that are needed now and then: one file that is fetched after the first look. */
export { Alerts } from './pages/alerts.tsx';
export { Audit } from './pages/audit.tsx';
export { Check } from './pages/check.tsx';
export { Connection } from './pages/connection/connection.tsx';
export { ApiKeys } from './pages/keys.tsx';
export { People } from './pages/people.tsx';
export { Privacy } from './pages/privacy.tsx';
export { Quarantine } from './pages/quarantine.tsx';
export { Reconcile } from './pages/reconcile/reconcile.tsx';
export { Rules } from './pages/rules.tsx';
export { Start } from './pages/start/start.tsx';
export { fetchFindingWords } from './state/finding-words.ts';
export { SharedStory } from './pages/story.tsx';
