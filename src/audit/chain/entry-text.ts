import { isObject } from '../../core/json.ts';
import { type AuditEntry, type AuditSoftware, ownEntry } from '../record.ts';
import { canonical } from './verify.mjs';

/** What a process puts on each of its entries. */
export interface AuditStamp {
  readonly software: AuditSoftware;
  /** Without secrets. */
  readonly safe: (text: string) => string;
}

const entryText = (entry: AuditEntry, { software, safe }: AuditStamp): string =>
  canonical(clean({ ...entry, software }, safe));

/** Entries as the inbox holds them: stamped, without secrets, and so that JSON carries them exactly. */
export const entryTexts = (entries: readonly AuditEntry[], stamp: AuditStamp): readonly string[] =>
  entries.map((entry) => entryText(entry, stamp));

const clean = (value: unknown, safe: (text: string) => string): unknown => {
  if (typeof value === 'string') return safe(value).toWellFormed();
  if (Array.isArray(value)) return value.map((item) => clean(item, safe));
  if (!isObject(value)) return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, clean(field, safe)]));
};

/** Of an entry that cannot be read: that it was there is kept, and holds up no other. */
export const readEntry = (text: string, now: number): AuditEntry => {
  try {
    const entry: unknown = JSON.parse(text);
    if (isObject(entry) && typeof entry['type'] === 'string') return withoutPlace(entry);
  } catch {
    // Told below.
  }
  return ownEntry(now, {
    type: 'audit_broken',
    object: { kind: 'audit', id: 'inbox' },
    outcome: 'failed',
    error: `An entry could not be read: ${text.slice(0, 200).toWellFormed()}`,
  });
};

/** Its place is given by the chain alone. What farmhand wrote is an entry. */
const withoutPlace = ({ seq: _, prev_hash: __, hash: ___, ...entry }: Readonly<Record<string, unknown>>) =>
  entry as unknown as AuditEntry;
