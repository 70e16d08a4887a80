/** What is wrong with one field, in words: the shape of every refusal. */

/** A problem with input: which field, and what to do about it. */
export interface Problem {
  field: string;
  message: string;
}
