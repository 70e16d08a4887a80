/** An exported configuration as the file that `apply` takes. */
import { stringify } from 'yaml';
import type { ExportedConfiguration } from '../export.ts';

/** The YAML file, with a word about what it needs. */
export function exportYaml({ plugins, sites, alerts, secrets }: ExportedConfiguration): string {
  const document = { ...(plugins.length > 0 ? { plugins } : {}), sites, ...(alerts.length > 0 ? { alerts } : {}) };
  const needs =
    secrets.length === 0
      ? '# It holds no secrets.'
      : `# Secrets are references. Where a variable is not set, "apply" keeps the secret that is stored; on a fresh installation set\n${secrets.map((name) => `#   ${name}`).join('\n')}`;
  return `# Configuration of Clickthread, for: clickthread apply FILE\n${needs}\n${stringify(document, { lineWidth: 0 })}`;
}
