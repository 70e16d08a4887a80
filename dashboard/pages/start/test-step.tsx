/** Fourth step: the network is asked at once, and answers stage by stage. */
import { addressOf } from '../../state/route.ts';
import { say } from '../../state/words.ts';
import { ConnectionTest } from '../connection/connection-test.tsx';
import { Next, placeOf } from './steps.tsx';

export function TestStep({ site, connection }: { site: string; connection: string }) {
  return (
    <>
      <ConnectionTest key={connection} site={site} id={connection} atOnce />
      <Next to={placeOf(site, 'rehearse', connection)}>
        <a class="button" href={addressOf(['connection', site, connection])}>
          {say('start.change')}
        </a>
      </Next>
    </>
  );
}
