/** The rooms of the house, from the ground up: a file imports from its own room and from those above it in this list, types included. */
export const ROOMS: readonly (readonly [room: string, what: string])[] = [
  ['wire', 'what tag, collector, middleware, dashboard and sandbox share; imports nothing'],
  ['collector/lib', 'tools, named by their subject'],
  ['collector/model', "the product's words, their states and rules; pure"],
  ['collector/kit', 'what a definition is made of'],
  ['collector/destinations', 'systems that are told; a folder once one has two files'],
  ['collector/sources', 'systems that tell us'],
  ['collector/platforms', 'systems that hold a marketing list'],
  ['collector/outbound', 'the only door to the world'],
  ['collector/store', 'the interface, its engines, numbered migrations; SQL in the open, a file a table'],
  ['collector/environment', 'the environment, read once'],
  ['collector/catalogue', 'every definition, built in or from plugins: a value that is handed down'],
  ['collector/lists', 'a marketing list kept in step'],
  ['collector/configuration', 'sites and their connections, their changes and their tests'],
  ['gtm', 'Google Tag Manager template and import file; `check/` is for tests alone'],
  ['collector/tag-files', 'what a shop puts into its pages'],
  ['collector/intake', 'a request becomes a command or a refusal'],
  ['collector/ingest', 'what a command makes of an order'],
  ['collector/relay', 'what is owed is delivered'],
  ['collector/privacy', 'erasure and retention'],
  ['collector/writer', 'commits in groups, on a thread of their own'],
  ['collector/sync', 'a shop kept in step: when'],
  ['collector/alerts', 'what needs a person, and who is told of it'],
  ['collector/admin', 'deeds and views of people, for every face alike'],
  ['collector/http', 'the server and its routes, a folder an audience'],
  ['collector/serve', 'composes the running collector'],
  ['middleware', 'cookies on the document response: a published piece outside the flow'],
  [
    'sandbox',
    'strict counterparts of the vendors, and the demo shop on two domains; a product part, for impact.com has none',
  ],
  ['collector/cli', 'the command line; `commands/` holds one file a command'],
  ['collector/main', 'entry of the command line'],
  ['tag', 'the browser half: what every page loads; `late/` what some pages need, `entries/` what is built'],
  ['dashboard', 'a browser program for people; knows the collector by `wire/` and HTTP alone'],
];

/** The room that a file stands in: the longest of the list that its path begins with. */
export function roomOf(path: string): string | undefined {
  const rooms = ROOMS.map(([room]) => room).filter((room) => path === `${room}.ts` || path.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

/** Its place in the list; -1 for a file that stands in no room. */
export function floorOf(path: string): number {
  return ROOMS.findIndex(([room]) => room === roomOf(path));
}

/** Most files that lie flat in one folder; where a file is one table, one command or one idea, more are clear. */
export function mostFilesIn(folder: string): number {
  // A published migration is never edited, joined or moved: they only become more, and nobody looks for one but by its number.
  if (folder.endsWith('/migrations')) return Infinity;
  return /^(collector\/store\/\w+|collector\/cli\/commands|tag|tag\/late)$/.test(folder) ? 24 : 16;
}
