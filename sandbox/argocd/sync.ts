import type { SimOperation } from '../cluster/contract.ts';

/** A sync, and when it is tried again; ms. */
export interface Sync {
  readonly operation: SimOperation;
  readonly nextAt: number;
}

/** What Argo CD waits between the tries of a sync that is refused; ms. */
const waits = [10_000, 20_000, 40_000, 80_000, 160_000] as const;

export const begun = (revision: string, now: number): Sync => ({
  operation: { phase: 'Running', revision, startedAt: now },
  nextAt: now,
});

/** Refused once more: it stays `Running` until the last try, and is `Failed` then, never to be tried at this commit again. */
export const denied = ({ operation }: Sync, message: string, now: number): Sync => {
  const done = operation.retries ?? 0;
  const says = `one or more synchronization tasks completed unsuccessfully, reason: ${message}`;
  const wait = waits[done];
  if (wait === undefined) {
    const failed = `${says} (retried ${done} times).`;
    return { operation: { ...operation, phase: 'Failed', message: failed, finishedAt: now }, nextAt: now };
  }
  const at = new Date(now + wait).toISOString().slice(11, 16);
  const again = `${says}. Retrying attempt #${done + 1} at ${at}AM.`;
  return { operation: { ...operation, message: again, retries: done + 1 }, nextAt: now + wait };
};

export const settled = ({ operation: { revision, startedAt } }: Sync, now: number): Sync => ({
  operation: {
    phase: 'Succeeded',
    revision,
    message: 'successfully synced (all tasks run)',
    ...(startedAt !== undefined && { startedAt }),
    finishedAt: now,
  },
  nextAt: now,
});
