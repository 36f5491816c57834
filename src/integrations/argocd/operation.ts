import { formatDuration } from '../../core/duration.ts';
import { cut, oneLine } from '../../core/text.ts';
import type { Arrival } from '../../rebuild/ports/ports.ts';
import type { ArgoApplication, Operation } from './application.ts';
import { isCommit } from './sources.ts';

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
export const operationInTheWay = (input: SyncInput): Arrival | undefined => {
  const { operation, older, name } = input;
  if (isBusy(operation)) return older ? busyBefore(input) : busyWithOurs(input);
  if (older || !['Failed', 'Error'].includes(operation.phase)) return undefined;
  return {
    state: 'blocked',
    code: 'sync_failed',
    says: `Argo CD's sync of ${at(input)} failed${tries(operation)}: ${wordsOf(input) || 'without a word'}. It does not try this commit again by itself; any newer commit to the repository makes it try. Put right what it names, then: argocd app sync ${name}.`,
  };
};

const busyBefore = (input: SyncInput): Arrival => {
  const { operation, now, name, commit } = input;
  const words = wordsOf(input);
  const since = now - (operation.startedAt ?? now);
  if (operation.retries === 0 && since < patience.older) {
    return { state: 'waiting', says: `Argo CD is still busy with ${at(input)}` };
  }
  const says = `still busy with ${at(input)}${since > 0 ? ` for ${formatDuration(since)}` : ''}${tries(operation)}${words === '' ? '' : `: ${words}`}`;
  return {
    state: 'blocked',
    code: 'busy',
    says: `Argo CD is ${says}. ${short(commit)} waits until that is over. To free it: argocd app terminate-op ${name}; it then takes the newest commit.`,
  };
};

const busyWithOurs = (input: SyncInput): Arrival | undefined => {
  const { operation, now, name } = input;
  const words = wordsOf(input);
  const since = now - (operation.startedAt ?? now);
  if (operation.retries > 0 || operation.failed.length > 0) {
    return {
      state: 'blocked',
      code: 'sync_denied',
      says: `Argo CD's sync of ${at(input)} is refused${tries(operation)}${words === '' ? '' : `: ${words}`}. Argo CD tries again by itself for some minutes. Put right what it names.`,
    };
  }
  if (words !== '' && since >= patience.ours) {
    return {
      state: 'blocked',
      code: 'sync_hangs',
      says: `Argo CD has been at the sync of ${at(input)} for ${formatDuration(since)}: ${words}. Put right what it waits for, or end it: argocd app terminate-op ${name}.`,
    };
  }
  return { state: 'waiting', says: `Argo CD syncs ${at(input)}${words === '' ? '' : `: ${words}`}` };
};

const tries = ({ retries }: Operation): string =>
  retries === 0 ? '' : ` (tried again ${retries === 1 ? 'once' : `${retries} times`})`;

/** Its own words, without the file that the controller happened to write, and without when it tries again. */
const wordsOf = ({ operation }: SyncInput): string => {
  const said = oneLine(operation.failed[0] ?? operation.message)
    .replace(/error when patching "[^"]*": /g, '')
    .replace(/^Retrying operation\. Attempt #\d+$/, '')
    .replace(/\s*Retrying attempt #\d+ at [\d:]+ ?[AP]M\.?$/, '');
  return cut(said, 300).replace(/\.$/, '');
};

const short = (commit: string): string => (isCommit(commit) ? commit.slice(0, 7) : cut(oneLine(commit), 60));

const at = ({ operation, older, commit }: SyncInput): string => {
  if (!older) return short(commit);
  const { one, many } = operation.revisions;
  return (
    [one, ...many]
      .filter((each) => each !== '')
      .map(short)
      .join(' and ') || 'an older commit'
  );
};
