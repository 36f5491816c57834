import type { AccessVerdict } from '../../access/access.ts';
import { type AuditEntry, askerOf, auditTime, authzOf, ownEntry } from '../../audit/record.ts';
import type { Person } from '../../core/person.ts';
import type { EndedFreeze, Freeze } from '../model/rules/freezes.ts';

const placed = (instance: string | undefined): AuditEntry['object'] => ({
  kind: 'instance',
  id: instance ?? 'all',
  ...(instance !== undefined && { instance }),
});

/** `3 by U0ANN until 2026-11-30T11:00:00.000Z` */
const named = ({ n, by, until }: Freeze): string =>
  `${n} by ${by.id} ${until === undefined ? 'without an end' : `until ${auditTime(until)}`}`;

interface Ordered {
  readonly by: Person;
  readonly verdict: AccessVerdict;
  /** ms */
  readonly now: number;
}

/** A freeze, as it was stored; `replaced`: of the same person. */
export const auditOfFreeze = (
  freeze: Freeze,
  replaced: Freeze | undefined,
  already: boolean,
  { by, verdict, now }: Ordered,
): AuditEntry => ({
  type: 'command',
  time_utc: auditTime(now),
  ...askerOf(by),
  object: placed(freeze.instance),
  outcome: already ? 'already' : 'done',
  command: {
    verb: 'freeze',
    place: freeze.instance ?? 'all',
    until: freeze.until === undefined ? undefined : auditTime(freeze.until),
  },
  ...(replaced && { before: { freezes: [named(replaced)] } }),
  after: { freezes: [named(freeze)] },
  why: { reason: freeze.reason },
  authz: authzOf(verdict),
});

export const auditOfThaw = (
  place: string | undefined,
  ended: readonly EndedFreeze[],
  why: string | undefined,
  { by, verdict, now }: Ordered,
): AuditEntry => ({
  type: 'command',
  time_utc: auditTime(now),
  ...askerOf(by),
  object: placed(place),
  outcome: ended.length === 0 ? 'already' : 'done',
  command: { verb: 'thaw', place: place ?? 'all' },
  before: { freezes: ended.map(named) },
  ...(why !== undefined && { why: { reason: why } }),
  authz: authzOf(verdict),
});

/** Its time was over: nobody had to say so. */
export const auditOfOver = (freeze: EndedFreeze, now: number): AuditEntry =>
  ownEntry(now, {
    type: 'decision',
    object: placed(freeze.instance),
    command: { verb: 'thaw', place: freeze.instance ?? 'all' },
    before: { freezes: [named(freeze)] },
    why: { reason: 'the time of the freeze is over' },
  });
