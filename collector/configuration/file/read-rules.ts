/** Reads the rules that a what-if tries. */
import { z } from 'zod';
import { problemsOf } from './problem-words.ts';
import { connectionSchema, siteSchema } from '../site-schema.ts';
import type { Site } from '../sites.ts';
import { readYamlText } from '../../lib/text/yaml.ts';
import { ConfigurationError } from '../../model/configuration-error.ts';

const { window, mode, exclusive, customers, enabled } = connectionSchema.shape;
/** The parts of a site's configuration that a decision depends on. */
const rulesSchema = z.strictObject({
  attribution: siteSchema.shape.attribution,
  connections: z
    .record(
      z.string(),
      z.strictObject({
        window,
        mode: mode.unwrap().optional(),
        exclusive: exclusive.unwrap().optional(),
        customers: customers.unwrap().optional(),
        enabled: enabled.unwrap().optional(),
      }),
    )
    .default({}),
});

export type RulesFile = z.output<typeof rulesSchema>;

/** Reads `attribution: …` and `connections: { impact: { window: 7d } }`, every problem at once. */
export function readRules(text: string, site: Site): RulesFile {
  const { root, problems: broken } = readYamlText(text);
  const refuse = (problems: { field: string; message: string }[]): never => {
    throw new ConfigurationError('The rules were not understood:', problems);
  };
  if (broken.length > 0) refuse(broken.map(({ line, message }) => ({ field: `line ${line ?? '?'}`, message })));
  const read = rulesSchema.safeParse(root);
  if (!read.success) return refuse(problemsOf(read.error, { prefix: '', schema: rulesSchema }));
  const unknown = Object.keys(read.data.connections).filter((id) => !site.connections.some((one) => one.id === id));
  if (unknown.length > 0)
    refuse(
      unknown.map((id) => ({ field: `connections.${id}`, message: `is no connection of site ${site.config.id}` })),
    );
  return read.data;
}
