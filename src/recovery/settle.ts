import type { AlertStore } from '../alerts/store.ts';
import type { LostRoot } from './lost-root.ts';
import type { RecoverySlack, RecoveryStore } from './ports.ts';

export interface SettleDeps {
  readonly store: RecoveryStore;
  readonly alerts: Pick<AlertStore, 'getMany'>;
  readonly slack: RecoverySlack;
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
  const silent = (await unheard(deps, roots)).filter(({ state }) => state?.status !== 'resolved');
  const now = silent.slice(0, bite);
  let marked = 0;
  for (const root of now) {
    const result = await deps.slack.markUnknown(root, since);
    // What cannot be marked is left as it is, and looked for no more.
    if (result.ok) marked += 1;
    await deps.sleep(result.ok || result.kind !== 'rate_limited' ? pace : result.retryAfterMs);
  }
  const left = silent.length > now.length;
  await deps.store.forgetLost((left ? now : roots).map(({ id }) => id));
  return { marked, left };
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
