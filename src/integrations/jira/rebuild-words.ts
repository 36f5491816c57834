import type { Person } from '../../rebuild/rebuild.ts';
import { oneLine } from '../http/plain.ts';

/** `2026-11-20 21:49:44 UTC`: no ticket depends on where it is read. */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `Alice Ash (U0ALICE)`: the name people know, and the id that cannot be changed. */
export const personWords = ({ id, name }: Person): string =>
  name === undefined || name === id ? oneLine(id) : `${oneLine(name)} (${oneLine(id)})`;
