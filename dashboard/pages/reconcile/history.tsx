/** Comparisons that were made before with one network: when, by whom, what was found and what was done about it; each can be looked at again. */
import { useEffect, useState } from 'preact/hooks';
import type { ComparisonShown, RememberedComparison } from '../../../wire/admin/reconcile.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Loaded } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { useHouse, zoneOf } from '../../state/house.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say, showTime } from '../../state/words.ts';
import { Differences } from './differences.tsx';

interface Given {
  /** Of the connection, in the admin API. */
  place: string;
  /** The one that was just made, so that the list is asked for again. */
  newest: string | undefined;
}

export function History({ place, newest }: Given) {
  const answer = useAnswer<{ comparisons: ComparisonShown[] }>(`${place}/comparisons`);
  useEffect(() => {
    if (newest !== undefined) answer.reload();
  }, [newest]);
  const [open, setOpen] = useState<ComparisonShown>();
  return (
    <section aria-labelledby="history">
      <h2 id="history">{say('reconcile.history')}</h2>
      <Loaded answer={answer}>
        {({ comparisons }) =>
          comparisons.length === 0 ? (
            <p class="aside">{say('reconcile.history.none')}</p>
          ) : (
            <table class="rows">
              <caption class="hidden">{say('reconcile.history')}</caption>
              <thead>
                <tr>
                  <th scope="col">{say('orders.when')}</th>
                  <th scope="col">{say('audit.who')}</th>
                  <th scope="col">{say('reconcile.found')}</th>
                  <th scope="col">{say('reconcile.did')}</th>
                  <th scope="col">{say('actions')}</th>
                </tr>
              </thead>
              <tbody>
                {comparisons.map((one) => (
                  <Row key={one.id} comparison={one} place={place} onLook={() => setOpen(one)} />
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {open && <Remembered place={place} comparison={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Row({ comparison, place, onLook }: { comparison: ComparisonShown; place: string; onLook: () => void }) {
  const { id, at, by, agree, compared, differing } = comparison;
  const when = useTime(place, at);
  return (
    <tr>
      <th scope="row">
        <time dateTime={at}>{when}</time>
      </th>
      <td data-label={say('audit.who')}>
        <Said text={by} />
      </td>
      <td data-label={say('reconcile.found')}>{say('reconcile.differ', { agree, compared, count: differing })}</td>
      <td data-label={say('reconcile.did')}>{done(comparison)}</td>
      <td data-label={say('actions')}>
        {differing === 0 ? (
          '–'
        ) : (
          <span class="buttons">
            <button type="button" class="small" onClick={onLook}>
              {say('reconcile.look')}
              <span class="hidden"> {when}</span>
            </button>
            <a class="button small" href={`api${place}/comparisons/${id}?format=csv`} download>
              {say('overview.csv')}
              <span class="hidden"> {when}</span>
            </a>
          </span>
        )}
      </td>
    </tr>
  );
}

const useTime = (place: string, at: string): string =>
  showTime(at, zoneOf(useHouse(), decodeURIComponent(place.split('/')[2]!)));

function done({ settled, sent, repairs }: ComparisonShown): string {
  const deeds = [
    ...(settled > 0 ? [say('reconcile.didSettle', { count: settled })] : []),
    ...(sent > 0 ? [say('reconcile.didSend', { count: sent })] : []),
  ];
  if (deeds.length > 0) return deeds.join('; ');
  return repairs > 0 ? say('reconcile.canSend', { count: repairs }) : say('reconcile.didNothing');
}

function Remembered({
  place,
  comparison,
  onClose,
}: {
  place: string;
  comparison: ComparisonShown;
  onClose: () => void;
}) {
  const answer = useAnswer<RememberedComparison>(`${place}/comparisons/${comparison.id}`);
  const { agree, compared, at } = comparison;
  const time = useTime(place, at);
  return (
    <Dialog wide title={say('reconcile.agree', { agree, compared })} onClose={onClose}>
      <p>{say('reconcile.then', { time })}</p>
      <Loaded answer={answer}>
        {({ differences, id }) => <Differences differences={differences} place={place} comparison={id} />}
      </Loaded>
    </Dialog>
  );
}
