/** Admin API: sites, their configuration as a file, and their Google Tag Manager files. */
import { Router } from 'express';
import { compareRules } from '../../admin/orders/compare-rules.ts';
import { putSite, removeSite } from '../../configuration/edit.ts';
import { type ExportedConfiguration, exportConfiguration, type SiteDocument } from '../../configuration/export.ts';
import type { Site } from '../../configuration/sites.ts';
import { sha256 } from '../../lib/hash.ts';
import { ConfigurationError } from '../../model/configuration-error.ts';
import { gtmContainer, gtmTemplate } from '../../tag-files/gtm-files.ts';
import { sendProblems } from '../problem.ts';
import { type AdminDeps, editAs } from './deps.ts';
import { bodyOf, queryText, siteOf } from './read.ts';
import { actorOf, visibleTo } from './access/who.ts';

/** Of the orders on which other rules are tried. */
const DAYS = 30;
const MOST_DAYS = 400;

export function adminSitesRouter(deps: AdminDeps): Router {
  const router = Router();
  const { read, seal, sites } = deps;
  const exported = async (only?: string): Promise<ExportedConfiguration> => {
    const { catalogue } = await sites();
    return exportConfiguration(await read.configuration(), {
      seal,
      catalogue,
      ...(only === undefined ? {} : { only }),
    });
  };
  const documents = async (only?: string): Promise<ReturnType<typeof view>[]> => {
    const { byId } = await sites();
    return (await exported(only)).sites.map((document) => view(document, byId.get(document.id)));
  };
  const view = ({ connections, ...fields }: SiteDocument, inForce: Site | undefined) => {
    const { touches = 0, personal = 0, contacts = personal } = inForce?.config.retention ?? {};
    return {
      ...fields,
      connections: connections.map(({ id }) => id),
      script: `<script async src="${deps.browserUrl()}/${fields.id}.js"></script>`,
      kept: { touches, personal, contacts },
      version: sha256(JSON.stringify(fields)).slice(0, 16),
    };
  };

  router.get('/sites', async (_request, response) =>
    response.json({ sites: visibleTo(response, await documents(), ({ id }) => id) }),
  );
  router.get('/sites/:site', async (request, response) => {
    const { config } = await siteOf(request, sites);
    response.json((await documents(config.id))[0]);
  });
  router.put('/sites/:site', async (request, response) => {
    const id = String(request.params.site);
    const isNew = !(await sites()).byId.has(id);
    // What is shown beside the configuration may come back with it.
    const { script: _script, kept: _kept, version: _version, seen, ...fields } = bodyOf(request);
    const now = isNew ? undefined : (await documents(id))[0]?.version;
    if (seen !== undefined && seen !== now) {
      const message = 'is not what it was when you began: somebody has changed this site since. Look at it again';
      return sendProblems(response, 409, [{ field: 'seen', message }]);
    }
    await putSite({ ...fields, id }, editAs(actorOf(response), deps));
    response.status(isNew ? 201 : 200).json((await documents(id))[0]);
  });
  router.delete('/sites/:site', async (request, response) => {
    const { config } = await siteOf(request, sites);
    await removeSite(config.id, editAs(actorOf(response), deps));
    response.status(204).end();
  });

  router.post('/sites/:site/what-if', async (request, response) => {
    const site = await siteOf(request, sites);
    const { days = DAYS, attribution, connections } = bodyOf(request);
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MOST_DAYS)
      return sendProblems(response, 422, [{ field: 'days', message: `must be a whole number from 1 to ${MOST_DAYS}` }]);
    // Like the writer of YAML below: loaded by who asks, not by every start.
    const { readRules } = await import('../../configuration/file/read-rules.ts');
    const rules = readRules(JSON.stringify({ attribution, connections }), site);
    response.json(await compareRules({ site, rules, days, now: deps.clock() }, read));
  });

  router.get('/export-config', async (request, response) => {
    const configuration = await exported(queryText(request, 'site'));
    if (queryText(request, 'format') === 'json') return void response.json(configuration);
    const { exportYaml } = await import('../../configuration/file/write-yaml.ts');
    response.type('text/yaml').send(exportYaml(configuration));
  });

  router.get('/sites/:site/gtm/:file', async (request, response, next) => {
    const site = await siteOf(request, sites);
    const { file } = request.params;
    if (file !== 'template' && file !== 'container') return next();
    const input = { site, collector: deps.browserUrl() };
    const connection = queryText(request, 'connection');
    const shop = {
      ...(queryText(request, 'orderSource') === 'cs-cart' ? { orderSource: 'cs-cart' as const } : {}),
      ...(connection === undefined ? {} : { connection }),
    };
    const make = (): string =>
      file === 'template' ? gtmTemplate(input) : gtmContainer({ ...input, now: deps.clock(), ...shop });
    const name = file === 'template' ? 'template.tpl' : `clickthread-${site.config.id}-container.json`;
    const text = told(make);
    response.setHeader('content-disposition', `attachment; filename="${name}"`);
    response.type(file === 'template' ? 'text/plain' : 'application/json').send(text);
  });
  return router;
}

/** What the generators can't do without (an https address, a currency) is the operator's to set. */
function told(make: () => string): string {
  try {
    return make();
  } catch (error) {
    throw new ConfigurationError('The file was not made:', [{ field: 'site', message: (error as Error).message }]);
  }
}
