/** YAML as its owner wrote it: a plain scalar that looks like a number may be a name (an account 00045, a code 1e3), and stays text then. */
import { isScalar, visit, type Document } from 'yaml';

/**
 * Turns numbers whose digits would not come back the same into the text that stands in the file: `00045`, `1e3`, `0x10`, `1.10`, ids beyond
 * 2^53. Numbers that read as they are written (`1000`) stay numbers, quoted texts stay texts. Keys too: a coupon may be called 00123.
 */
export function keepScalarsAsWritten(document: Document.Parsed): void {
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || node.type !== 'PLAIN' || node.tag !== undefined || typeof node.source !== 'string') return;
      const { value, source } = node;
      if ((typeof value === 'number' || typeof value === 'bigint') && String(value) !== source) node.value = source;
    },
  });
}
