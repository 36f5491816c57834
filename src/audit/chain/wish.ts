import type { AuditType } from '../catalogue.ts';
import { type AuditRecord, auditTime } from '../record.ts';
import type { AuditChain } from './ports.ts';

/** Which records somebody wants to read; all that is given must hold. Times in ms. */
export interface AuditWish {
  readonly rebuild?: string;
  readonly instance?: string;
  readonly alert?: string;
  /** Who did it, or for whom it was done. */
  readonly actor?: string;
  readonly type?: AuditType;
  readonly from?: number;
  /** Not included. */
  readonly to?: number;
}

export const isAbout = (record: AuditRecord, wish: AuditWish): boolean => {
  const { object, time_utc, why, actor, on_behalf_of, type } = record;
  const { rebuild, instance, alert, from, to } = wish;
  const at = Date.parse(time_utc);
  return (
    (from === undefined || at >= from) &&
    (to === undefined || at < to) &&
    (rebuild === undefined || (object.kind === 'rebuild' && object.id === rebuild)) &&
    (instance === undefined ||
      object.instance === instance ||
      (object.kind === 'instance' && object.id === instance)) &&
    (alert === undefined || (object.kind === 'alert' && object.id === alert) || why?.alert === alert) &&
    (wish.actor === undefined || actor.id === wish.actor || on_behalf_of?.id === wish.actor) &&
    (wish.type === undefined || type === wish.type)
  );
};

/** `rebuild system6-20261120-1, from 2026-11-20T00:00:00.000Z`: a word each, for records and people. */
export const wishWords = ({ from, to, ...wish }: AuditWish): readonly string[] => [
  ...Object.entries(wish).map(([name, value]) => `${name} ${value}`),
  ...(from === undefined ? [] : [`from ${auditTime(from)}`]),
  ...(to === undefined ? [] : [`to ${auditTime(to)}`]),
];

/**
 * The number from which on records can be about `wish`. Records stand in the order in which they were written, and carry
 * the clock of whoever wrote them: a day is more than any clock is off.
 */
export const firstOf = async (chain: AuditChain, wish: AuditWish): Promise<number> => {
  const from = Math.max(wish.from ?? 0, dayOfRebuild(wish.rebuild));
  if (from === 0) return 1;
  const at = async (seq: number): Promise<{ readonly seq: number; readonly time: number } | undefined> => {
    const [line] = await chain.lines(seq, 1);
    if (line === undefined) return undefined;
    // What farmhand wrote is a record; whoever needs to be sure verifies it.
    const { seq: found, time_utc } = JSON.parse(line) as AuditRecord;
    return { seq: found, time: Date.parse(time_utc) };
  };
  let low = (await at(1))?.seq ?? 1;
  let high = (await chain.head()).seq;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const there = await at(middle);
    if (!there || there.time >= from - clockSlack) high = middle;
    else low = there.seq + 1;
  }
  return low;
};

/** ms */
const clockSlack = 86_400_000;

/** The day in the id of a rebuild; ms. */
const dayOfRebuild = (id: string | undefined): number => {
  const [, year, month, day] = /-(\d{4})(\d{2})(\d{2})-\d+$/.exec(id ?? '') ?? [];
  const at = Date.parse(`${year}-${month}-${day}`);
  return Number.isNaN(at) ? 0 : at;
};
