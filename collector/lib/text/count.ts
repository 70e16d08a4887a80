/** A number with its noun: `1 order`, `3 orders`, `2 replies`. Pure. */

/** `plural` where an s alone would be wrong. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
