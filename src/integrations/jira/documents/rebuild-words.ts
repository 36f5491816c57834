import { inFull, type Person } from '../../../core/person.ts';
import { oneLine } from '../../http-client/plain.ts';

/** `2026-11-20 21:49:44 UTC`: no ticket depends on where it is read. */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** With the id, on one line. */
export const personWords = (person: Person): string => oneLine(inFull(person));
