import { afterEach, describe, expect, test } from 'vitest';
import { openImpactWorld, seedOrder, type ImpactWorld } from '../harness/impact-world.ts';
import { until } from '../harness/until.ts';

let world: ImpactWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const sales = async ({ impact }: ImpactWorld, orderId: string) =>
  (await impact.state()).received.filter(({ body }) => body.includes(`OrderId=${orderId}&`));

test('asked to stop it ends what runs, acknowledges nothing more, and exits with 0', async () => {
  world = await openImpactWorld();
  const { collector, impact } = world;
  await impact.script([{ kind: 'slow', ms: 700, method: 'POST' }]);
  await collector.browser('conversion', seedOrder('Ostop'));
  await until(async () => (await sales(world!, 'Ostop')).length === 1, { what: 'the request on its way' });
  expect(await collector.stop()).toBe(0);
  await expect(collector.browser('conversion', seedOrder('Olate'))).rejects.toThrow();
  const [delivery] = (await collector.explain('Ostop')).deliveries;
  expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ outcome: 'delivered' }] });
  await collector.restart();
  await world.settled('Ostop', 'confirmed');
  expect(await sales(world, 'Ostop')).toHaveLength(1);
});

describe('killed', () => {
  test('while a request is under way it sends that again after the start, and impact.com counts it once', async () => {
    world = await openImpactWorld();
    const { collector, impact } = world;
    await impact.script([{ kind: 'hang', recorded: true, method: 'POST' }]);
    expect((await collector.browser('conversion', seedOrder('Okill'))).status).toBe(200);
    await until(async () => (await sales(world!, 'Okill')).length === 1, { what: 'the request on its way' });
    await collector.kill();
    expect((await collector.explain('Okill')).deliveries).toMatchObject([{ state: 'sending', attempts: [] }]);
    await collector.restart();
    await world.settled('Okill', 'confirmed');
    const requests = await sales(world, 'Okill');
    expect(requests).toHaveLength(2);
    expect(requests[1]!.body).toBe(requests[0]!.body);
    expect(await world.recorded('Okill')).toMatchObject([{ duplicates: 1 }]);
  });

  test('while the vendor is away it forgets neither the orders nor their times', async () => {
    world = await openImpactWorld();
    const { collector, impact } = world;
    await impact.script([{ kind: 'status', status: 503, forMs: 3_000_000 }]);
    const ids = Array.from({ length: 5 }, (_, index) => `Oaway${index}`);
    for (const id of ids) expect((await collector.browser('conversion', seedOrder(id))).status).toBe(200);
    await collector.kill();
    await impact.script([]);
    await collector.restart();
    for (const id of ids) await world.settled(id, 'confirmed');
    for (const id of ids) {
      expect(await world.recorded(id)).toMatchObject([
        { duplicates: 0, fields: { EventDate: '2024-08-02T07:55:24Z' } },
      ]);
    }
  });
});

test('a wrong environment stops the start with every problem', async () => {
  world = await openImpactWorld();
  const { code, err } = await world.collector.runWith(
    { PORT: 'x', CLICKTHREAD_PATH: 't', CLICKTHREAD_LOG: 'loud' },
    'serve',
  );
  expect(code).toBe(1);
  for (const name of ['PORT', 'CLICKTHREAD_PATH', 'CLICKTHREAD_LOG']) expect(err).toContain(`${name}: must`);
  expect(err).not.toMatch(/\n\s+at /);
});

test('a key other than the one that sealed the settings is named, and nothing is overwritten', async () => {
  world = await openImpactWorld({ env: { CLICKTHREAD_KEY: 'the first invented key' } });
  const { collector } = world;
  const other = await collector.run('explain', 'nothing');
  expect(other.err).toContain('There is no order nothing');
  const applied = await collector.runWith(
    { CLICKTHREAD_KEY: 'another invented key' },
    'apply',
    `${collector.data}/sites.yaml`,
  );
  const words = `${collector.database} was sealed with another key. Put the old file "key" back beside it, or set CLICKTHREAD_KEY. Nothing was changed.\n`;
  expect([applied.code, applied.err]).toEqual([1, words]);
  await collector.browser('conversion', seedOrder('Okey'));
  await world.settled('Okey', 'confirmed');
});
