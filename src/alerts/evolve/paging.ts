import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { remark } from '../messages/remarks.ts';
import type { ActionSpec, ActionState, Alert, PagerWord } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';

type PagerSpec = Extract<ActionSpec, { kind: 'pager' }>;
type Paging = ActionState & { readonly spec: PagerSpec };

const isPaging = (action: ActionState): action is Paging => action.spec.kind === 'pager';

/** What a pager is to know of an alert as it is. */
const wordFor = ({ status, ack }: Pick<Alert, 'status' | 'ack'>): PagerWord =>
  status === 'resolved' ? 'resolve' : ack ? 'acknowledge' : 'trigger';

/**
 * The record after a change of its alert: each pager that was told something else is told how it is now. What it was not told
 * yet, and is so no more, it is never told: nobody is paged for what somebody has. Pure; `now` in ms.
 */
export const withPaging = (before: Alert, after: Alert, now: number): Alert => {
  const same = wordFor(before) === wordFor(after) && before.fired === after.fired;
  if (same || !after.actions.some(isPaging)) return after;
  return {
    ...after,
    actions: after.actions.map((action) => (isPaging(action) ? toldOf(after, action, now) : action)),
  };
};

const toldOf = (alert: Pick<Alert, 'status' | 'ack'>, action: Paging, now: number): Paging => {
  const word = wordFor(alert);
  const { told, after } = action.spec;
  const nextAt = word === 'trigger' ? now + after : now;
  // What it says is decided when it is claimed; and once it has an answer, whether that is still so.
  if (action.state === 'running') return action;
  if (action.state === 'waiting') return { ...action, nextAt };
  const known = word === 'trigger' || told !== undefined;
  return known && (told !== word || action.state === 'failed') ? again(action, nextAt) : action;
};

/** The same action once more, as a change of its own: with a key, tries and an intent in the audit. */
const again = ({ error: _, audited: __, ...action }: Paging, nextAt: number): Paging => {
  const [base = action.key, count = '1'] = action.key.split('.');
  const { say: ___, ...spec } = action.spec;
  return {
    ...action,
    spec,
    key: `${base}.${Number(count) + 1}`,
    state: 'waiting',
    attempts: 0,
    nextAt,
    at: nextAt,
  };
};

/** What a run that begins now says. A pager that surely was told nothing is not told of an end. */
export const claimedSpec = (alert: Alert, { spec, attempts }: ActionState): ActionSpec => {
  if (spec.kind !== 'pager') return spec;
  const word = wordFor(alert);
  const untold = spec.told === undefined && attempts === 0;
  return { ...spec, say: untold && word !== 'trigger' ? 'nothing' : word };
};

/** The record with one of its pagers changed. */
const withPager = (alert: Alert, key: string, change: (action: Paging) => Paging): Alert => ({
  ...alert,
  actions: alert.actions.map((action) => (action.key === key && isPaging(action) ? change(action) : action)),
});

/** It has been told what its run said. */
const heard = (action: Paging): Paging => {
  const { say = 'nothing' } = action.spec;
  return say === 'nothing' ? action : { ...action, spec: { ...action.spec, told: say } };
};

/** A run was given up, as `action` says. `arrived`: perhaps it, or one before it, was heard all the same. By now another word may be true. */
export const pageGivenUp = (alert: Alert, action: Paging, arrived: boolean, now: number): Alert => {
  const perhaps = arrived ? heard(action) : action;
  const next = wordFor(alert) === action.spec.say ? perhaps : toldOf(alert, perhaps, now);
  return withPager(alert, action.key, () => next);
};

/** A run has ended well; its action is on record as done. It may have changed meanwhile. */
export const paged = (
  alert: Alert,
  { key, spec }: Paging,
  now: number,
): { readonly alert: Alert; readonly journal: readonly JournalEntry[] } => {
  const { say = 'nothing', to } = spec;
  const next = withPager(alert, key, (action) => toldOf(alert, heard(action), now));
  return {
    alert: say === 'trigger' ? addNote(next, { kind: 'paged', at: now, text: to }) : next,
    journal: [ownLine(now, `${key}_done`, remark({ code: 'pager_told', to, say }))],
  };
};
