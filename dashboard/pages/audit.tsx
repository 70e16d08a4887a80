/** Who did what, the newest first. */
import type { AuditRow } from '../../wire/admin/connections.ts';
import { Empty, Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { addressOf, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, showTime } from '../state/words.ts';

/** Rows of an answer: as many again may follow. */
const PAGE = 100;

export function Audit({ route }: { route: Route }) {
  const { before } = route.query;
  const answer = useAnswer<{ audit: AuditRow[] }>(`/audit${before ? `?before=${encodeURIComponent(before)}` : ''}`);
  return (
    <>
      <h1>{say('audit.title')}</h1>
      <Loaded answer={answer}>
        {({ audit }) =>
          audit.length === 0 ? (
            <Empty title={say('audit.none')} />
          ) : (
            <>
              <table class="rows">
                <caption class="hidden">{say('audit.title')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{say('audit.who')}</th>
                    <th scope="col">{say('audit.what')}</th>
                    <th scope="col">{say('audit.of')}</th>
                    <th scope="col">{say('orders.when')}</th>
                  </tr>
                </thead>
                <tbody>
                  {audit.map(({ id, at, actor, action, detail }) => (
                    <tr key={id}>
                      <th scope="row">
                        <Said text={actor} />
                      </th>
                      <td data-label={say('audit.what')}>
                        <Said text={action} />
                      </td>
                      <td data-label={say('audit.of')}>
                        <Said code text={detail} />
                      </td>
                      <td data-label={say('orders.when')} class="nowrap">
                        {showTime(at, undefined)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {audit.length === PAGE && (
                <p class="more">
                  <a href={addressOf(['audit'], { before: audit.at(-1)!.id })}>{say('older')}</a>
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}
