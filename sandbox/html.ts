/** The look of the sandbox's and the demo shop's pages: one shell, inline style, everything escaped. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for element content and quoted attributes. */
export function escapeHtml(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** JSON made safe inside `<script>`: no `<`, so no `</script>` and no comment can begin. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5d6778;--line:#dfe3ea;--back:#f6f7f9;--card:#fff;--accent:#2456c7}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebf1;--soft:#9aa5b8;--line:#333b49;--back:#14181f;--card:#1c222c;--accent:#8fb2ff}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}h1{font-size:1.7rem;line-height:1.2;margin:.2em 0 .4em}h2{font-size:1.15rem;margin:2em 0 .5em}
a{color:var(--accent)}.soft{color:var(--soft)}.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.25rem;margin:1rem 0}
.row{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}
code,pre{font:.85rem/1.5 ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.4rem 0}
button,.button{display:inline-block;font:inherit;font-weight:600;background:var(--accent);color:var(--card);border:0;border-radius:8px;padding:.55rem 1rem;text-decoration:none;cursor:pointer}
button.quiet{background:none;color:var(--accent);border:1px solid var(--line)}.good{color:#1a7f45}.bad{color:#c2321f}summary{cursor:pointer}`;

/** A whole page. `head` and `body` are trusted HTML; `title` is text. */
export function page(parts: { title: string; body: string; head?: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(parts.title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style>
${parts.head ?? ''}</head><body><main>
${parts.body}
</main></body></html>
`;
}
