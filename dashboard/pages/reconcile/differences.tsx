/** What a network's own report has otherwise, order by order, and what could be told about it; the whole of it as a file. */
import type { ReportDifference } from '../../../wire/admin/reconcile.ts';
import { Said } from '../../parts/said.tsx';
import { Told } from '../../parts/reasons/told.tsx';
import { addressOf } from '../../state/route.ts';
import { say, sayOf } from '../../state/words.ts';

/** Rows that a page shows. */
const SHOWN = 200;

interface Given {
  differences: readonly ReportDifference[];
  /** Of the connection, in the admin API. */
  place: string;
  comparison: string;
}

export function Differences({ differences, place, comparison }: Given) {
  if (differences.length === 0) return null;
  const site = decodeURIComponent(place.split('/')[2]!);
  return (
    <>
      <h3>{say('reconcile.differences')}</h3>
      <table class="rows">
        <caption class="hidden">{say('reconcile.differences')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('orders.number')}</th>
            <th scope="col">{say('orders.status')}</th>
            <th scope="col">{say('reconcile.ours')}</th>
            <th scope="col">{say('reconcile.theirs')}</th>
            <th scope="col">{say('deliveries.why')}</th>
            <th scope="col">{say('reconcile.repair')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.slice(0, SHOWN).map((one) => (
            <Row key={one.orderId + one.problem} difference={one} site={site} />
          ))}
        </tbody>
      </table>
      {differences.length > SHOWN && <p class="aside more">{say('reconcile.more', { count: SHOWN })}</p>}
      <p class="buttons">
        <a class="button" href={`api${place}/comparisons/${comparison}?format=csv`} download>
          {say('overview.csv')}
        </a>
      </p>
    </>
  );
}

function Row({ difference, site }: { difference: ReportDifference; site: string }) {
  const { orderId, problem, ours, theirs, note, repair } = difference;
  return (
    <tr>
      <th scope="row">
        {problem === 'missing here' ? (
          <Said text={orderId} />
        ) : (
          <a href={addressOf(['order', site, orderId])}>
            <Said text={orderId} />
          </a>
        )}
      </th>
      <td data-label={say('orders.status')}>{sayOf('problem', problem)}</td>
      <td data-label={say('reconcile.ours')}>
        <Said text={ours} />
      </td>
      <td data-label={say('reconcile.theirs')}>
        <Said text={theirs} />
      </td>
      <td data-label={say('deliveries.why')}>
        <Told text={note} />
      </td>
      <td data-label={say('reconcile.repair')}>{repair === null ? '–' : sayOf('repair', repair)}</td>
    </tr>
  );
}
