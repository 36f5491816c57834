import { cut, oneLine } from '../../core/text.ts';
import type { ArgoApplication, Operation } from './application.ts';
import type { ArrivalDecision } from './arrival-words.ts';

/** At work, or told to stop. One without a phase is only asked for. */
export const isBusy = ({ phase }: Operation): boolean => ['Running', 'Terminating', ''].includes(phase);

interface SyncInput {
  readonly name: string;
  readonly application: ArgoApplication;
  readonly commit: string;
  readonly now: number;
  readonly operation: Operation;
  /** It is at a commit that does not have ours. */
  readonly older: boolean;
}

/** A sync that goes well is over within seconds; a hook or a pod that is waited for may take minutes. ms */
const patience = { older: 30_000, ours: 5 * 60_000 } as const;

/**
 * A sync that stands between a commit and the cluster: one that is denied, whether it is tried again or given up; an older
 * one that is not over. Undefined: none.
 */
export const operationInTheWay = (input: SyncInput): ArrivalDecision | undefined => {
  const { operation, older, name } = input;
  if (isBusy(operation)) return older ? busyBefore(input) : busyWithOurs(input);
  if (older || !['Failed', 'Error'].includes(operation.phase)) return undefined;
  return { state: 'blocked', why: { code: 'sync_failed', name, ...syncOf(input) } };
};

const busyBefore = (input: SyncInput): ArrivalDecision => {
  const { operation, now, name, commit } = input;
  const forMs = now - (operation.startedAt ?? now);
  const sync = syncOf(input);
  if (operation.retries === 0 && forMs < patience.older) {
    return { state: 'waiting', why: { code: 'busy', at: sync.at } };
  }
  return { state: 'blocked', why: { code: 'busy', name, commit, forMs, ...sync } };
};

const busyWithOurs = (input: SyncInput): ArrivalDecision => {
  const { operation, now, name } = input;
  const forMs = now - (operation.startedAt ?? now);
  const sync = syncOf(input);
  if (operation.retries > 0 || operation.failed.length > 0) {
    return { state: 'blocked', why: { code: 'sync_denied', ...sync } };
  }
  if (sync.said !== '' && forMs >= patience.ours) {
    return { state: 'blocked', why: { code: 'sync_hangs', name, forMs, ...sync } };
  }
  return { state: 'waiting', why: { code: 'syncs', at: sync.at, said: sync.said } };
};

const syncOf = ({ operation, older, commit }: SyncInput) => {
  const { one, many } = operation.revisions;
  return {
    at: older ? [one, ...many].filter((each) => each !== '') : [commit],
    retries: operation.retries,
    said: wordsOf(operation),
  };
};

/** Its own words, without the file that the controller happened to write, and without when it tries again. */
const wordsOf = ({ failed, message }: Operation): string => {
  const said = oneLine(failed[0] ?? message)
    .replace(/error when patching "[^"]*": /g, '')
    .replace(/^Retrying operation\. Attempt #\d+$/, '')
    .replace(/\s*Retrying attempt #\d+ at [\d:]+ ?[AP]M\.?$/, '');
  return cut(said, 300).replace(/\.$/, '');
};
