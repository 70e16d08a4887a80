import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { openImpactWorld, type ImpactWorld } from '../harness/impact-world.ts';

let world: ImpactWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const page = readFileSync(new URL('../../docs/orders.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(([, command = '']) => command);
const run = promisify(execFile);

test('the examples of the page are taken as they stand: an order, a partial refund, a cancellation', async () => {
  expect(examples).toHaveLength(3);
  world = await openImpactWorld();
  const { collector } = world;
  const env = { ...process.env, COLLECTOR: collector.url, KEY: await collector.key() };
  const answers: Record<string, unknown>[] = [];
  for (const example of examples) {
    const { stdout } = await run('bash', ['-c', example], { env });
    const answer = JSON.parse(stdout) as Record<string, unknown>;
    expect(answer, stdout).not.toHaveProperty('errors');
    expect(answer.warnings ?? [], stdout).toEqual([]);
    answers.push(answer);
    const { total, status } = await collector.explain('O1234567');
    answers.at(-1)!.seen = [total, status];
  }
  expect(answers.map(({ seen }) => seen)).toEqual([
    ['112.00', 'approved'],
    ['56.00', 'approved'],
    ['56.00', 'cancelled'],
  ]);
  expect((await collector.explain('O1234567')).attribution.winner).toMatchObject({ connection: 'impact' });
});

test('the tables name every field that the published schema has', async () => {
  world = await openImpactWorld();
  const { body } = await world.collector.api('GET', '/openapi.json', undefined, {});
  const schemas = (body as unknown as { components: { schemas: Record<string, { properties?: object }> } }).components
    .schemas;
  const named = (name: string) => page.includes(`\`${name}\``);
  for (const schema of ['Order', 'OrderChange']) {
    const fields = Object.keys(schemas[schema]!.properties!);
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter((field) => !named(field))).toEqual([]);
  }
});
