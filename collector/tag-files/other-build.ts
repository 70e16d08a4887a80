/**
 * What a first file of another build gets instead of a part: caches keep it for minutes, and once more for a day, and no part fits it. It hands over to
 * the first file of now, which reads the page itself, takes what waits in storage along, and fetches its own parts.
 */
export const takeoverModule = (
  build: string,
): string => `// The page's first file is of another build than the parts that are here: the one of now takes over.
const build = ${JSON.stringify(build)};
if (clickthread._?.[0] !== build) {
  clickthread._ = 0;
  await import(import.meta.url.replace(/\\/\\w+\\.js[^/]*$/, '.js?' + build));
}
// What an old one asks for: an order is the new one's business now, and so is a withdrawal.
const settle = () => true;
const withdraw = () => clickthread('consent', { marketing: false });
export { settle, withdraw };
`;
