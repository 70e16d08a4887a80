/** A link into the shop as a partner of the network would make it: opened, it is a click that can be followed to a told order. */
import { useState } from 'preact/hooks';
import type { ConnectionShown } from '../../../wire/admin/connections.ts';
import { Copy } from '../../parts/copy.tsx';
import { Select } from '../../parts/field.tsx';
import { Said } from '../../parts/said.tsx';
import { useHouse } from '../../state/house.ts';
import { addressOf } from '../../state/route.ts';
import { say } from '../../state/words.ts';

export function TestClick({ connection: { site, id, title, clickParams = [] } }: { connection: ConnectionShown }) {
  const { sites } = useHouse();
  const [host = ''] = sites.find((one) => one.id === site)?.domains ?? [];
  const [page, setPage] = useState(`https://${host}/`);
  const [param, setParam] = useState(clickParams[0] ?? '');
  // Each look at the page is a click of its own.
  const [click] = useState(() => `test-${id}-${Date.now().toString(36)}`);
  if (clickParams.length === 0) return null;
  const link = linkTo(page, param, click);
  return (
    <section aria-labelledby="click">
      <h2 id="click">{say('click.title')}</h2>
      <p>{say('click.lead', { title })}</p>
      <div class="filters">
        <div class="field">
          <label for="click-page">{say('click.page')}</label>
          <input
            id="click-page"
            type="url"
            value={page}
            onInput={(event) => setPage((event.currentTarget as HTMLInputElement).value)}
            aria-invalid={link === undefined}
          />
        </div>
        {clickParams.length > 1 && (
          <Select
            label={say('click.param')}
            value={param}
            onChange={setParam}
            choices={clickParams.map((value) => ({ value, label: value }))}
          />
        )}
      </div>
      {link === undefined ? (
        <p role="alert">{say('click.wrong')}</p>
      ) : (
        <p class="command">
          <a href={link} target="_blank" rel="noreferrer">
            <Said text={link} code />
          </a>{' '}
          <Copy text={link} />
        </p>
      )}
      <p>
        <a href={addressOf(['live'], { site })}>{say('click.watch')}</a>
      </p>
    </section>
  );
}

/** Undefined for what is no page on the web; whatever else stands in its address stays. */
export function linkTo(page: string, param: string, click: string): string | undefined {
  if (!URL.canParse(page)) return undefined;
  const url = new URL(page);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  url.searchParams.set(param, click);
  return url.href;
}
