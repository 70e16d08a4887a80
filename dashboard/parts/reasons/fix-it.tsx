/** Beside a report that is stuck: what a person does about it, and the way there. */
import { fixOf } from '../../state/fix.ts';
import { mayAct, useHouse } from '../../state/house.ts';
import { addressOf } from '../../state/route.ts';
import { say } from '../../state/words.ts';

interface Stuck {
  site: string;
  orderId: string;
  connection: string;
  state: string;
  reason: string;
}

/** `here`: on the page of its order, whose buttons stand above. */
export function FixIt({ delivery, here = false }: { delivery: Stuck; here?: boolean }) {
  const house = useHouse();
  const fix = fixOf(delivery);
  if (!fix) return null;
  const { site, orderId, connection } = delivery;
  const isTheirs = fix === 'settings' && mayAct(house, 'operator');
  return (
    <p class="aside">
      {say(`fix.${fix}`)}{' '}
      {isTheirs && <a href={addressOf(['connection', site, connection])}>{say('fix.go.settings')}</a>}
      {fix !== 'settings' && !here && <a href={addressOf(['order', site, orderId])}>{say('fix.go.order')}</a>}
    </p>
  );
}
