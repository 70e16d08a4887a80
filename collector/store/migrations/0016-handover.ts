/** Migration 16: a hand-over is told by the page that makes it, and counted once by the page that it brings somebody to. */

export default {
  id: 16,
  name: 'handover',
  tells:
    "Links that an older tag decorated hand nothing over, and used ones stay used; the touches that the checkout's pages hold count as before.",
  // What is there was used by an older version: it stays used.
  sqlite: `
ALTER TABLE handover ADD COLUMN giver TEXT;
ALTER TABLE handover ADD COLUMN taker TEXT;
UPDATE handover SET taker = '';
CREATE INDEX handover_by_taker ON handover (site, taker) WHERE giver IS NOT NULL AND taker IS NOT NULL;
`,
};
