import { line, ownLine } from '../../core/journal.ts';
import { inFull } from '../../core/person.ts';
import { isPending, listTicket, withAction } from '../evolve/add-action.ts';
import { isSilent } from '../evolve/silence.ts';
import { isSilencedBy } from '../groups/silence-group.ts';
import { remark } from '../messages/remarks.ts';
import type { ActionList, ActionRef, ActionSpec, ActionState, Alert } from '../model/alert.ts';
import type { ActionResult } from '../ports/ports.ts';
import type { AlertChange } from '../ports/store.ts';
import { finishAction } from './action-step.ts';

/**
 * One effect for a list of alerts, told by each of them (docs/adr/0019). One alert's action makes the effect; the
 * others have an action that sends nothing, and ends as that one ends:
 *
 *     (asked)      the action of one alert names the others, in one write
 *     → joined     before each try: the others have their own action, which waits
 *     → settled    before its outcome is on record: theirs has the same outcome
 *
 * Who dies in between leaves a claim, and the whole of it is done again. Pure.
 */
export type ListSpec = Extract<ActionSpec, { kind: 'ticket' | 'silence' }> & {
  readonly list: Required<Pick<ActionList, 'others'>>;
};

/** Of an action that is for others besides its own alert. */
export const isForOthers = (spec: ActionSpec): spec is ListSpec =>
  'list' in spec && spec.list?.others !== undefined;

/** Where the one that does it is lost, they ask for it so much later; ms. */
export const asksAgainAfter = 600_000;

const isSame = (one: ActionRef | undefined, other: ActionRef): boolean =>
  one?.alert === other.alert && one.key === other.key;

const followerOf = ({ actions }: Alert, ref: ActionRef): ActionState | undefined =>
  actions.find(({ spec }) => 'with' in spec && isSame(spec.with, ref));

/** Nothing where it has one already, of this list or another; or where it is over, or not silenced by it. */
export const joined = (
  alert: Alert,
  ref: ActionRef,
  { by = { id: 'farmhand' }, at }: ActionState,
  spec: ListSpec,
  now: number,
): AlertChange => {
  const known = followerOf(alert, ref);
  // A ticket that was given up is asked for again under its key; a silence has another one then.
  const again = known?.state === 'failed' && spec.kind === 'ticket';
  if ((known && !again) || isPending(alert, spec.kind)) return {};
  const { of, count } = spec.list;
  const list = { of, count };
  const mine = spec.kind === 'ticket' ? listTicket : silenceFor(alert, spec, now);
  const has = spec.kind === 'ticket' && alert.actions.some(isRaised);
  if (mine === undefined || has) return {};
  const over = { nextAt: now + asksAgainAfter, audited: true } as const;
  const next = withAction(alert, { ...mine, list, with: ref }, { by, at }, over);
  const why = remark({ code: 'of_list', ...list });
  return { write: { alert: next, journal: [line(now, inFull(by), spec.kind, why)] } };
};

const isRaised = ({ kind, state }: ActionState): boolean => kind === 'ticket' && state === 'done';

const silenceFor = (
  alert: Alert,
  { durationMs, reason, target }: Extract<ListSpec, { kind: 'silence' }>,
  now: number,
): Extract<ActionSpec, { kind: 'silence' }> | undefined => {
  if (alert.status === 'resolved' || !target || isSilent(alert, now)) return undefined;
  if (!alert.group && !isSilencedBy(alert, target)) return undefined;
  return { kind: 'silence', durationMs, reason, target };
};

/** The same outcome as that of `ended`, once. What is made is a fact, also where a run that was overtaken has given it up here. */
export const settled = (
  alert: Alert,
  ref: ActionRef,
  ended: ActionState,
  result: ActionResult,
  now: number,
): AlertChange => {
  const mine = followerOf(alert, ref);
  if (!mine || mine.state === 'done') return {};
  if (ended.state === 'done') {
    const misses = result.ok && result.effect?.seen === 'misses' ? { effect: result.effect } : {};
    const done = finishAction(alert, mine.key, mine.attempts, { ...sameAs(ended), ...misses }, now);
    return done ? { write: done } : {};
  }
  if (mine.state === 'failed') return {};
  const { error = 'failed' } = ended;
  const actions = alert.actions.map((one) =>
    one === mine ? { ...one, state: 'failed' as const, error } : one,
  );
  return { write: { alert: { ...alert, actions }, journal: [ownLine(now, `${mine.key}_failed`, error)] } };
};

/** What a done one came to, for those that have it as well. */
const sameAs = ({ outcome: { id, url } = { id: '' } }: ActionState) =>
  ({ ok: true, id, ...(url !== undefined && { url }) }) as const;

/** What that action came to, as this one of its others has it; undefined while it has no outcome. */
export const outcomeOf = (alert: Alert, ref: ActionRef): ActionResult | undefined => {
  const mine = followerOf(alert, ref);
  return mine?.state === 'done' ? sameAs(mine) : undefined;
};

/** What an action that waits for another one's learns when it asks. */
export const asksWhatBecame = (
  { actions }: Alert,
  { key }: ActionRef,
  words: { readonly gone: string; readonly waits: string },
): ActionResult => {
  const one = actions.find((action) => action.key === key);
  if (!one) return { ok: false, retry: false, error: words.gone };
  if (one.state === 'done') return sameAs(one);
  return one.state === 'failed'
    ? { ok: false, retry: false, quiet: true, error: one.error ?? 'failed' }
    : { ok: false, retry: true, error: words.waits, retryAfterMs: asksAgainAfter };
};
