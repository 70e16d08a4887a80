/** Follows client-side routes. */
import { guard } from './say.ts';

/** Calls `changed` after each change of the address that the History API makes. A frozen `history` is left alone. */
export function followRoutes(changed: () => void): void {
  let last = location.href;
  const look = () => {
    if (last != (last = location.href)) changed();
  };
  for (const name of ['pushState', 'replaceState'] as const)
    guard(() => {
      const original = history[name];
      history[name] = (...given) => {
        original.apply(history, given);
        look();
      };
    })();
  addEventListener('popstate', look);
}
