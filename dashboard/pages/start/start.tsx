/** Setting a shop up as `clickthread init` asks: the shop, the tag in its pages, a first network, its test, a rehearsed order, and what is left. */
import type { ComponentChildren } from 'preact';
import { useHouse } from '../../state/house.ts';
import type { Route } from '../../state/route.ts';
import { say, type Word } from '../../state/words.ts';
import { Said } from '../../parts/said.tsx';
import { Connect } from './connect.tsx';
import { Done } from './done.tsx';
import { Rehearse } from './rehearse.tsx';
import { placeOf, type Step, STEPS } from './steps.tsx';
import { ShopForm } from './shop-form.tsx';
import { Tag } from './tag.tsx';
import { TestStep } from './test-step.tsx';

/** `#/start` begins with a new shop; `#/start/SITE/STEP/CONNECTION` goes on with one. */
export function Start({ route }: { route: Route }) {
  const { sites } = useHouse();
  const [, siteId, name, connection] = route.path;
  const site = sites.find(({ id }) => id === siteId);
  if (!site)
    return (
      <Frame step="shop">
        <Others />
        <ShopForm />
      </Frame>
    );
  const step = STEPS.find((one) => one === name && one !== 'shop') ?? 'tag';
  const chosen = connection ?? site.connections[0];
  return (
    <Frame step={step} site={site.id} connection={chosen}>
      {step === 'tag' && <Tag site={site} />}
      {step === 'connect' && <Connect site={site} />}
      {step === 'test' && chosen !== undefined && <TestStep site={site.id} connection={chosen} />}
      {step === 'rehearse' && chosen !== undefined && <Rehearse route={route} site={site} connection={chosen} />}
      {step === 'done' && <Done site={site} connection={chosen} />}
    </Frame>
  );
}

/** Where in the whole one is; steps that can be gone to are links. */
function Frame(given: { step: Step; site?: string; connection?: string | undefined; children: ComponentChildren }) {
  const { step, site, connection, children } = given;
  const open = (name: Step): boolean =>
    site !== undefined && name !== 'shop' && (connection !== undefined || !['test', 'rehearse'].includes(name));
  return (
    <>
      <h1>
        {say('start.title')} {site !== undefined && <Said text={site} />}
      </h1>
      <ol class="steps">
        {STEPS.map((name) => (
          <li key={name} aria-current={name === step ? 'step' : undefined}>
            {open(name) && name !== step ? (
              <a href={placeOf(site!, name, connection)}>{say(`start.${name}` as Word)}</a>
            ) : (
              say(`start.${name}` as Word)
            )}
          </li>
        ))}
      </ol>
      <section aria-labelledby="step">
        <h2 id="step">{say(`start.${step}` as Word)}</h2>
        {children}
      </section>
    </>
  );
}

/** Shops that are set up already: each can be gone on with. */
function Others() {
  const { sites } = useHouse();
  if (sites.length === 0) return <p>{say('start.welcome')}</p>;
  return (
    <p class="buttons">
      {sites.map(({ id, name }) => (
        <a class="button" key={id} href={placeOf(id, 'tag')}>
          {say('start.goOnWith', { site: name ?? id })}
        </a>
      ))}
    </p>
  );
}
