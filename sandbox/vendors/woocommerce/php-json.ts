/** JSON as PHP's json_encode writes it by default: slashes escaped, everything beyond ASCII as \uXXXX. Whoever parses and writes it again signs other bytes. */

export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
