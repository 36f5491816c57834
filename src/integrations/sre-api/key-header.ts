import { createHash } from 'node:crypto';

/** `key` as a header value: as it is when it is printable ASCII of at most 200 characters, else its SHA-256. */
export const keyHeader = (key: string): string =>
  /^[\x21-\x7e]{1,200}$/.test(key) ? key : `farmhand-${createHash('sha256').update(key).digest('hex')}`;
