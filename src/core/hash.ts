import { hash } from 'node:crypto';

/** The first `digits` hex digits of the SHA-256 of `content`; all 64 by default. Ids and keys on record are made of it. */
export const sha256 = (content: string | Uint8Array, digits = 64): string =>
  hash('sha256', content, 'hex').slice(0, digits);

/**
 * Tells whether something shows the same as before; far quicker than `sha256`, and short on every record. 2 × 32-bit
 * FNV-1a: two renderings of one thing hardly ever share it, and nothing else is compared by it.
 */
export const contentHash = (content: unknown): string => {
  const text = JSON.stringify(content) ?? '';
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code ^ (i & 0xff), 0x01000193);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
};
