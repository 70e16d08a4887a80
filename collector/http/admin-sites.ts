/** Admin API: sites, their configuration as a file, and their Google Tag Manager files. */
import { Router } from 'express';
import { putSite, removeSite } from '../edit-configuration.ts';
import { ConfigurationError } from '../environment.ts';
import { exportConfiguration, exportYaml, type SiteDocument } from '../export-config.ts';
import { gtmContainer, gtmTemplate } from '../gtm-files.ts';
import { editingOf, type AdminDeps } from './admin.ts';
import { bodyOf, queryText, siteOf } from './admin-read.ts';

export function adminSitesRouter(deps: AdminDeps): Router {
  const router = Router();
  const { read, seal, sites } = deps;
  const documents = async (only?: string): Promise<ReturnType<typeof view>[]> =>
    exportConfiguration(await read.configuration(), seal, only).sites.map(view);
  const view = ({ connections, ...fields }: SiteDocument) => ({
    ...fields,
    connections: connections.map(({ id }) => id),
    script: `<script async src="${deps.browserUrl()}/${fields.id}.js"></script>`,
  });

  router.get('/sites', async (_request, response) => response.json({ sites: await documents() }));
  router.get('/sites/:site', async (request, response) => {
    const { config } = await siteOf(request, sites);
    response.json((await documents(config.id))[0]);
  });
  router.put('/sites/:site', async (request, response) => {
    const id = String(request.params.site);
    const isNew = !(await sites()).byId.has(id);
    // What is shown beside the configuration may come back with it.
    const { script: _script, ...fields } = bodyOf(request);
    await putSite({ ...fields, id }, editingOf(deps));
    response.status(isNew ? 201 : 200).json((await documents(id))[0]);
  });
  router.delete('/sites/:site', async (request, response) => {
    const { config } = await siteOf(request, sites);
    await removeSite(config.id, editingOf(deps));
    response.status(204).end();
  });

  router.get('/export-config', async (request, response) => {
    const exported = exportConfiguration(await read.configuration(), seal, queryText(request, 'site'));
    if (queryText(request, 'format') === 'json') return void response.json(exported);
    response.type('text/yaml').send(exportYaml(exported));
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
