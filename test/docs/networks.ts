/** Writes docs/networks from the definitions: what each network is told, where each value is found, and what nobody outside it can know. */
import { destinations } from '../../collector/destinations/index.ts';
import { sampleReport } from '../../collector/kit/contract.ts';
import { batchOf, clickParamsOf, type Destination, repeatsAs } from '../../collector/kit/destination.ts';
import type { Setting, Settings } from '../../collector/kit/setting.ts';
import { validateSettings } from '../../collector/kit/validate-settings.ts';
import { formatDuration } from '../../collector/lib/duration.ts';
import type { HttpRequest } from '../../collector/model/http.ts';
import type { ReportKind } from '../../collector/model/report.ts';
import { rawSettings } from '../collector/destinations/seed-report.ts';

export const networks = destinations.filter(({ evidence }) => evidence !== undefined);

const KINDS: readonly [ReportKind, string][] = [
  ['conversion', 'a sale'],
  ['modification', 'a changed amount'],
  ['reversal', 'a cancellation or refund'],
];

const REPEATS = {
  true: 'is recognised, and counts once',
  false: 'would count twice: it is repeated once at most after an unclear answer, and marked',
  delta: 'adds: it is never repeated before a person has looked',
} as const;

/** The settings of the examples: every required one, and the optional ones that open everything. */
const settingsOf = (definition: Destination): Settings =>
  validateSettings(definition, rawSettings[definition.name]).settings;

const isUsual = ({ required, usual }: Setting): boolean => required === true || usual === true;

/** Only what is asked for at first. */
const leastSettings = (definition: Destination): Settings => {
  const required = Object.entries(rawSettings[definition.name]!).filter(([name]) =>
    isUsual(definition.settings[name] ?? { label: name }),
  );
  return validateSettings(definition, Object.fromEntries(required)).settings;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const table = (rows: string[][]): string =>
  [rows[0]!, rows[0]!.map(() => '---'), ...rows.slice(1)].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

function requestOf(definition: Destination, kind: ReportKind): HttpRequest | undefined {
  const report = { ...sampleReport({}, { kind }), facts: { items: '[]' } };
  return definition[kind]?.(report, settingsOf(definition));
}

/** Method and host: what leaves and where to. */
function howTold(definition: Destination, kind: ReportKind): string {
  if (definition.fire && kind === 'conversion') return 'an image in the shopper’s browser';
  const request = requestOf(definition, kind);
  if (!request) return 'by hand there, and ticked off';
  const { host } = new URL(request.url);
  const asked = definition.prepare?.request(sampleReport({}, { kind }), settingsOf(definition));
  return `\`${request.method}\` to ${host}${asked ? ', after a look-up there' : ''}`;
}

/** With the least settings a person may have to do it. */
const byHand = (definition: Destination, kind: ReportKind): string =>
  definition.byHand?.(kind, leastSettings(definition)) ?? '';

function verdictOf(definition: Destination): string {
  if (definition.fire) return 'none';
  const silent = definition.outcome?.(
    { status: 200, headers: {}, body: '' },
    sampleReport(),
    leastSettings(definition),
  );
  const asks = definition.confirm !== undefined;
  if (silent?.state === 'unverified') return asks ? 'none, but it can be asked for with further settings' : 'none';
  return asks ? 'in the answer; of changes later' : 'in the answer';
}

/** Whether `reconcile` can fetch its report, and what that needs. */
function reportOf({ ownReport, name, title }: Destination, settings: Settings): string {
  if (!ownReport) return `\`reconcile\` compares with a CSV file that is downloaded from ${title}`;
  const missing = ownReport.missing?.(settings);
  const asks = `\`npx clickthread reconcile ${name} --since 30d\` fetches it, ${formatDuration(ownReport.span)} in one request`;
  const lag = `what was told within the last ${formatDuration(ownReport.lag)} is not judged by it`;
  return `${asks}; ${lag}${missing === undefined ? '' : `; ${missing}`}`;
}

function settingRow([name, setting]: [string, Setting]): string[] {
  const { label, help, required, secret, options, default: value } = setting;
  const notes = [required ? 'required' : '', setting.usual ? 'usual' : '', secret ? 'secret' : '']
    .filter(Boolean)
    .join(', ');
  const where = [label, help, options ? `One of ${options.join(', ')}` : ''].filter(Boolean).join('. ');
  return [`\`${name}\`${notes === '' ? '' : ` (${notes})`}`, where, value === undefined ? '' : `\`${String(value)}\``];
}

/** What only a cookie carries stands in no address. */
function landingParams(definition: Destination): string[] {
  const held = (definition.cookies ?? []).map(({ param }) => param);
  return clickParamsOf(definition, settingsOf(definition)).filter((param) => !held.includes(param));
}

/** A network that demands a cookie of the shop says which, and who may read it. */
function cookieLine({ name, title, clickCookie, settings }: Destination): string[] {
  if (!clickCookie) return [];
  const life = String(settings['clickCookieDays']?.default);
  const reach = clickCookie.readable
    ? 'by header, `Secure`, readable by scripts of the page'
    : 'by header, `Secure`, `HttpOnly`';
  return [
    `**Cookie** · ${title} asks its advertisers for the cookie \`${clickCookie.name}\`, which holds \`${clickCookie.param}\` for ${life} days. With \`npx clickthread connection set ${name} --set clickCookie=true\` the collector sets it on the shop’s domain (${reach}, path \`/\`) when a click lands and the visitor has consented; the next click takes its place, a denial removes it. The collector’s host must be under the shop’s domain, and reached over https. Reports need no such cookie.`,
    '',
  ];
}

/** Cookies of its own script that are read. */
function heldLine({ title, cookies = [] }: Destination): string[] {
  if (cookies.length === 0) return [];
  const names = cookies.map(({ name }) => `\`${typeof name === 'string' ? name : name.source.replace(/[$^]/g, '')}\``);
  const dated = cookies.some(({ read }) => read !== undefined)
    ? 'It counts by the time that stands in it'
    : 'It doesn’t say when it was set, so it counts only where nothing else is known of the visitor';
  return [
    `**A click that ${title} kept** · where a cookie ${names.join(' or ')} lies on the shop’s domain (of ${title}’s own script, or of the set-up before this one), the collector reads it beside an order, with consent to marketing. ${dated}.`,
    '',
  ];
}

export function networkPage(definition: Destination): string {
  const { title, name, docs, limits, evidence, settings, testAdvice } = definition;
  const batch = batchOf(definition, settingsOf(definition));
  const params = landingParams(definition).map((param) => `\`${param}\``);
  const required = Object.entries(settings).filter(([, setting]) => isUsual(setting));
  const sets = required.map(([setting]) => ` --set ${setting}=…`).join('');
  const told = KINDS.map(([kind, words]) => [
    words,
    howTold(definition, kind),
    definition[kind] ? REPEATS[String(repeatsAs(definition, kind)) as keyof typeof REPEATS] : '',
    byHand(definition, kind),
  ]);
  const limit = [
    limits.perMinute === undefined ? '' : `at most ${limits.perMinute} requests a minute`,
    batch ? `up to ${batch.most} orders in one request, one every ${formatDuration(batch.every)}` : '',
    limits.deadline === undefined ? '' : `tried for ${formatDuration(limits.deadline)}`,
  ].filter(Boolean);
  return [
    `# ${title}`,
    '',
    `Read from [the vendor’s pages](${docs}) in ${evidence!.read}, not from a live account. Written from the definition; after a change: \`npx vitest run test/docs/networks.test.ts -u\`.`,
    '',
    `\`\`\`sh\nnpx clickthread connection add ${name} --type ${name}${sets}\nnpx clickthread connection test ${name}\n\`\`\``,
    '',
    params.length > 0
      ? `**Click** · the tag captures ${params.join(', ')} from the landing address, in any case; nothing has to be set up for it.`
      : '**Click** · it stands in a cookie of the network’s own domain, which only the shopper’s browser can show: it is told of every order.',
    '',
    ...cookieLine(definition),
    ...heldLine(definition),
    `**Report** · ${reportOf(definition, leastSettings(definition))}.`,
    '',
    `**Verdict** · ${verdictOf(definition)}. **Pace** · ${limit.join('; ')}.`,
    '',
    '## What it is told',
    '',
    table([['of', 'how', 'a repeat', 'with the least settings'], ...told]),
    '',
    '## Where to find each value',
    '',
    table([['setting', 'what, and where', 'default'], ...Object.entries(settings).map(settingRow)]),
    '',
    '## Rehearsal',
    '',
    `\`clickthread sandbox\` plays ${title} as strictly as its documents: \`--set baseUrl=http://127.0.0.1:9100/${name}\`. ${testAdvice ?? ''}`,
    '',
    '## What nobody outside can know',
    '',
    ...evidence!.doubts.map((doubt) => `- ${doubt}`),
    '',
  ].join('\n');
}

function canTell(definition: Destination, kind: ReportKind): string {
  if (definition.fire && kind === 'conversion') return 'by the browser';
  if (!definition[kind]) return 'by hand';
  return byHand(definition, kind) === '' ? 'yes' : 'with further settings';
}

export function networksIndex(): string {
  const rows = networks.map((definition) => [
    `[${definition.title}](${definition.name}.md)`,
    ...KINDS.map(([kind]) => canTell(definition, kind)),
    String(repeatsAs(definition, 'conversion'))
      .replace('true', 'recognised')
      .replace('false', 'once, marked')
      .replace('delta', 'never'),
    verdictOf(definition),
    definition.ownReport ? 'fetched' : 'a file',
  ]);
  return [
    '# Networks',
    '',
    'What each built-in network can be told, from its own published documents. What can’t be told becomes a to-do (`clickthread deliveries list --status by_hand`);',
    'what is taken without an answer is `unverified` until a read-back or `clickthread reconcile` with the network’s report settles it (fetched where the last column says so). Any other network:',
    '`postback`, `sale-pixel` or `sale-form` (docs/reference.md), or a definition of your own (examples/own-network). [Why some are left out](left-out.md);',
    '[what others can say to the same networks](compared.md).',
    '',
    table([
      ['network', 'sale', 'changed amount', 'cancellation', 'a sale is repeated', 'verdict', 'its report'],
      ...rows,
    ]),
    '',
    '**Commission groups**, where a network has them (`groups`): conditions in the order in which you write them, the first that fits a line counts:',
    '`category=Shoes`, `sku=AB-1`, `coupon=VIP`, `customer=new`, `customer=returning`; `*` at the end stands for any ending. The shares add up to the cent',
    'to what the order is worth on the connection’s `amountBasis`, and `explain` shows both.',
    '',
    '```yaml',
    '- id: awin',
    '  type: awin',
    '  settings:',
    '    advertiserId: "1001"',
    '    apiKey: ${AWIN_TOKEN}',
    '    commissionGroup: DEFAULT',
    '    groups: { "coupon=VIP*": VIP, "category=Hardware": HW }',
    '```',
    '',
  ].join('\n');
}
