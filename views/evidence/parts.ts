import type { AuditActor, AuditRecord } from '../../src/audit/record.ts';
import { xml } from '../charts/svg.ts';

/** Longer than any text of a record. */
const longest = 10_000;

/** Nothing of a record is markup, or turns the reading direction. */
export const safe = (text: string): string => xml(text, longest);

export const moment = (time: string): string => time.replace('T', ' ').replace(/(\.\d+)?Z$/, '');

export const named = ({ id, name }: AuditActor): string => (name === undefined ? id : `${name} (${id})`);

export const who = ({ actor, on_behalf_of }: AuditRecord): string =>
  on_behalf_of === undefined ? named(actor) : `${named(actor)}, for ${named(on_behalf_of)}`;

export const isMade = ({ outcome }: AuditRecord): boolean => outcome === 'done' || outcome === 'already';

export const row = (cells: readonly string[], kind = ''): string =>
  `<tr${kind === '' ? '' : ` class="${kind}"`}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

export const table = (head: readonly string[], rows: readonly string[]): string =>
  `<div class="wide"><table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;

/** By which it was allowed. */
export const roleOf = ({ authz }: AuditRecord): string | undefined =>
  authz?.role === undefined
    ? undefined
    : `${authz.role}${authz.through === undefined ? '' : ` through ${authz.through}`}`;
