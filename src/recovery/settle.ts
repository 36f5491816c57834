import type { AlertQueries } from '../alerts/ports/queries.ts';
import type { AlertStore } from '../alerts/ports/store.ts';
import type { LostRoot } from './lost-root.ts';
import type { RecoverySlack, RecoveryStore } from './ports.ts';

export type SettledAlerts = Pick<AlertStore, 'getMany' | 'update'> & Pick<AlertQueries, 'byThread'>;

export interface SettleDeps {
  readonly store: RecoveryStore;
  readonly alerts: SettledAlerts;
  readonly slack: RecoverySlack;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Slack takes fifty updates a minute, and others want some of them; ms. */
const pace = 2_000;

/** At once; between, it is looked whether something else has come up. */
const bite = 5;

/**
 * Nobody has said a word of these alerts since the records were lost. Their roots must not burn for ever, and must not
 * say that all is well either: nobody knows. Marks a few of them; answers how many, and whether more are left.
 */
export const settleRoots = async (
  deps: SettleDeps,
  since: number,
): Promise<{ readonly marked: number; readonly left: boolean }> => {
  const roots = await deps.store.allLost();
  const quiet = await unheard(deps, roots);
  const silent = quiet.filter(({ state }) => state?.status !== 'resolved');
  const now = silent.slice(0, bite);
  let marked = 0;
  for (const root of now) {
    // From here on whoever takes it over writes it again, whatever stands there.
    await deps.store.addLost([{ ...root, settledAt: deps.now() }]);
    const result = await deps.slack.markUnknown(root, since);
    // What cannot be marked is left as it is.
    if (result.ok) marked += 1;
    await deps.sleep(result.ok || result.kind !== 'rate_limited' ? pace : result.retryAfterMs);
    await givenBack(deps, root);
  }
  const left = silent.length > now.length;
  // Should somebody report them after all, they are still theirs.
  await deps.store.settleLost(
    (left ? now : quiet).map(({ id }) => id),
    deps.now(),
  );
  if (!left) await deps.store.forgetLost(roots.filter((root) => !quiet.includes(root)).map(({ id }) => id));
  return { marked, left };
};

/** It was reported in the moment in which it was marked: its record says how it is. */
const givenBack = async ({ alerts, store }: SettleDeps, { id, channel, ts }: LostRoot): Promise<void> => {
  const owner = await alerts.byThread(channel, ts);
  if (owner === undefined) return;
  await alerts.update(owner, (alert) =>
    alert.thread.state === 'open'
      ? { write: { alert: { ...alert, thread: { ...alert.thread, shown: 'adopted' } }, journal: [] } }
      : {},
  );
  await store.forgetLost([id]);
};

const atOnce = 250;

const unheard = async (deps: SettleDeps, roots: readonly LostRoot[]): Promise<readonly LostRoot[]> => {
  const found: LostRoot[] = [];
  for (let from = 0; from < roots.length; from += atOnce) {
    const part = roots.slice(from, from + atOnce);
    const known = await deps.alerts.getMany(part.map(({ id }) => id));
    found.push(...part.filter(({ id }) => !known.has(id)));
  }
  return found;
};
