import type { Alert } from '../alerts/model/alert.ts';
import type { JournalEntry } from '../core/journal.ts';
import { inFull, isSamePerson, type Person } from '../core/person.ts';
import { effectTitle } from '../rebuild/messages/titles.ts';
import type { Effect } from '../rebuild/model/parts/effect-state.ts';
import type { Rebuild } from '../rebuild/model/rebuild.ts';
import type { EndedFreeze, Freeze } from '../rebuild/model/rules/freezes.ts';
import type { Span } from './period.ts';

export type ChangeKind = Effect['kind'] | 'override' | 'break_glass' | 'silence' | 'freeze' | 'thaw';

/** One change, as the record that it was made by has it. Plain text. */
export interface Change {
  readonly at: number;
  readonly kind: ChangeKind;
  readonly what: string;
  /** Cluster and namespace, instance, or alert. */
  readonly where: string;
  /** Id of the rebuild or the alert. */
  readonly of?: string;
  /** `open`: begun, and how it ended is not on record yet. */
  readonly outcome: 'done' | 'failed' | 'open';
  /**
   * `approved`: another person had by then. `glass`: whoever asked had broken the glass. `none`: nobody had, and nobody
   * had to, or no approval is on record.
   */
  readonly approval: 'approved' | 'glass' | 'none';
  /** The role of whoever asked, where a role let them; their name only where people are named. */
  readonly role?: string;
  readonly by?: string;
  readonly approvedBy?: string;
  readonly reason?: string;
}

/** No more are kept: what is over it is counted. */
export const changesAtMost = 5_000;

export interface ChangeList {
  /** The oldest first. */
  readonly all: readonly Change[];
  /** How many more there were. */
  readonly more: number;
}

/** Collects the changes of a time. `people`: who asked and who approved are named, and in which words. */
export const createChanges = ({ from, to }: Span, people: boolean) => {
  const all: Change[] = [];
  let more = 0;
  const isIn = (at: number): boolean => at >= from && at < to;
  const put = (
    change: Omit<Change, 'role' | 'by' | 'approvedBy'>,
    by?: Person,
    approvedBy?: Person,
  ): void => {
    if (!isIn(change.at)) return;
    if (all.length >= changesAtMost) {
      more += 1;
      return;
    }
    const { reason, ...rest } = change;
    all.push({
      ...rest,
      ...(by?.as && { role: by.as.role }),
      ...(people && by && { by: inFull(by) }),
      ...(people && approvedBy && { approvedBy: inFull(approvedBy) }),
      ...(people && reason !== undefined && { reason }),
    });
  };

  const ofRebuild = (rebuild: Rebuild, lines: readonly JournalEntry[]): void => {
    const { id, plan, effects, overrides, glass = [] } = rebuild;
    const { cluster, namespace, name } = plan.instance;
    const where = `${name} (${cluster}/${namespace})`;
    const permit = permitsOf(rebuild, lines);
    for (const { at, effect, state, by, reason, step } of effects) {
      const asker = by ?? rebuild.by;
      const { approval, who } = permit(at, asker);
      const outcome = state === 'claimed' ? 'open' : state;
      const change = {
        at,
        kind: effect.kind,
        what: `${effectTitle(effect)} (${step})`,
        where,
        of: id,
      } as const;
      put({ ...change, outcome, approval, ...(reason !== undefined && { reason }) }, asker, who);
    }
    for (const { at, kind, by, reason, step } of overrides) {
      const what = `${kind.replaceAll('_', ' ')}${step ? ` (${step})` : ''}`;
      const { approval, who } = permit(at, by);
      put({ at, kind: 'override', what, where, of: id, outcome: 'done', approval, reason }, by, who);
    }
    for (const { at, by, reason, review } of glass) {
      const what = `broken glass, ${review ? 'reviewed' : 'not reviewed yet'}`;
      put({ at, kind: 'break_glass', what, where, of: id, outcome: 'done', approval: 'none', reason }, by);
    }
  };

  const ofAlert = ({ id, name, actions, group }: Alert, lines: readonly JournalEntry[]): void => {
    for (const { key, spec, state, at: asked, by } of actions) {
      if (spec.kind !== 'silence' || 'with' in spec || (state !== 'done' && state !== 'failed')) continue;
      const at = lines.find(({ what }) => what === `${key}_${state}`)?.at ?? asked;
      const where = group ? 'a group' : name;
      const { reason } = spec;
      put(
        { at, kind: 'silence', what: 'silence', where, of: id, outcome: state, approval: 'none', reason },
        by,
      );
    }
  };

  const ofFreeze = (freeze: Freeze | EndedFreeze): void => {
    const { at, by, reason, instance } = freeze;
    const fact = { where: instance ?? 'all instances', outcome: 'done', approval: 'none' } as const;
    put({ at, kind: 'freeze', what: 'freeze', ...fact, reason }, by);
    if (!('endedAt' in freeze) || !freeze.thawed) return;
    const { by: who, why } = freeze.thawed;
    put(
      { at: freeze.endedAt, kind: 'thaw', what: 'thaw', ...fact, ...(why !== undefined && { reason: why }) },
      who,
    );
  };

  return {
    ofRebuild,
    ofAlert,
    ofFreeze,
    list: (): ChangeList => ({ all: all.toSorted((a, b) => a.at - b.at), more }),
  };
};

/** Under what a change of a rebuild was made, by when it was. */
const permitsOf = (rebuild: Rebuild, lines: readonly JournalEntry[]) => {
  const { approval, glass = [], by, overrides } = rebuild;
  const known: readonly Person[] = [
    ...(approval ? [approval.by] : []),
    by,
    ...overrides.map((each) => each.by),
  ];
  const approvals = lines.filter(({ what }) => what === 'approve');
  return (at: number, asker: Person): { readonly approval: Change['approval']; readonly who?: Person } => {
    const broken = glass.some((each) => at >= each.at && at < each.until && isSamePerson(each.by, asker));
    if (broken) return { approval: 'glass' };
    const last = approvals.findLast((line) => line.at <= at);
    const who = last
      ? (known.find(({ id }) => id === last.who) ?? { id: last.who })
      : approval && approval.at <= at
        ? approval.by
        : undefined;
    return who ? { approval: 'approved', who } : { approval: 'none' };
  };
};
