import { messageOf as textOf } from '../core/errors.ts';
import { type HandoverSchedule, lastDue } from '../core/time/handover-times.ts';
import { deliverOnce, type Once, onceStep } from '../delivery/deliver.ts';
import type { RefusalPolicy } from '../delivery/delivery.ts';
import { decideHandover, type HandoverRecord, isInTime } from './record.ts';

export interface HandoverStore {
  load(name: string): Promise<HandoverRecord | undefined>;
  /** Compare-and-set on the version; answers what is now stored, or undefined when somebody was faster. */
  save(record: HandoverRecord): Promise<HandoverRecord | undefined>;
}

export type HandoverPort = Once<HandoverRecord>['slack'];

export interface HandoverDeps extends Pick<Once<HandoverRecord>, 'now' | 'newClaim' | 'pause' | 'pacer'> {
  /** Those of the config in force now. */
  readonly schedules: () => readonly HandoverSchedule[];
  readonly store: HandoverStore;
  /** Its message is made before anything is claimed. */
  readonly slack: (schedule: HandoverSchedule, record: HandoverRecord) => Promise<HandoverPort>;
  /** A claim older than this has lost its owner; ms. */
  readonly claimTimeout: number;
  readonly onEnd: (record: HandoverRecord, outcome: 'posted' | 'missed', lateMs: number) => void;
  readonly onRefused: (record: HandoverRecord, error: string) => void;
  readonly onError: (name: string, error: string) => void;
}

/** A channel that does not take it may do so soon: somebody invites farmhand. ms */
const retry = { first: 5_000, most: 60_000 };
const refusals: RefusalPolicy = { root: { otherwise: 'later' }, update: { otherwise: 'shown' } };

/**
 * Posts what is due of each schedule, once: every process may look at the same time, and whoever claims it on the record
 * posts it; a claim without an outcome is looked up in Slack first. One that fails keeps the others from nothing.
 */
export const postHandovers = async (deps: HandoverDeps): Promise<void> => {
  for (const schedule of deps.schedules()) {
    try {
      await tend(deps, schedule);
    } catch (error) {
      deps.onError(schedule.name, textOf(error));
    }
  }
};

/** Once more after each that was saved: what is due now is posted now. */
const mostSteps = 3;

const tend = async (deps: HandoverDeps, schedule: HandoverSchedule): Promise<void> => {
  for (let steps = 0; steps < mostSteps; steps++) {
    const record = await deps.store.load(schedule.name);
    const now = deps.now();
    const due = lastDue(schedule, now);
    if (due === undefined) return;
    const decision = decideHandover(record, schedule, due, now);
    if (decision.do === 'nothing') return;
    if (decision.do === 'deliver') return deliver(deps, schedule, decision.record);
    const saved = await deps.store.save(decision.record);
    if (saved && decision.missed !== undefined) deps.onEnd(saved, 'missed', now - decision.missed);
  }
};

const deliver = async (
  deps: HandoverDeps,
  schedule: HandoverSchedule,
  record: HandoverRecord,
): Promise<void> => {
  const step = record.message && onceStep(record.message, deps.now(), deps.claimTimeout);
  if (!step) return;
  const slack = await deps.slack(schedule, record);
  await deliverOnce(onceOf(deps, schedule, slack), record, step);
};

const onceOf = (
  deps: HandoverDeps,
  schedule: HandoverSchedule,
  slack: HandoverPort,
): Once<HandoverRecord> => {
  const { store, now } = deps;
  return {
    ...deps,
    slack,
    messageOf: ({ message }) => message,
    isWanted: (record) => isInTime(record, schedule.late, now()),
    write: async (seen, outcome) => {
      const record = await store.load(seen.name);
      if (record?.due !== seen.due) return undefined;
      const next = record.message && outcome(record.message, record);
      if (!next) return { record };
      const { message, happened } = next;
      if (happened?.what === 'put_off') deps.onRefused(record, happened.error);
      const isThere = message.state === 'open';
      const saved = await store.save({ ...record, message, ...(isThere && { ended: 'posted' }) });
      if (saved && isThere && record.ended === undefined) deps.onEnd(saved, 'posted', now() - saved.due);
      return saved && { record: saved, next };
    },
    refusals,
    retry,
  };
};
