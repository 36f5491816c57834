import type { Random } from '../../sandbox/generator/random.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { AlertList, AlertService } from '../../src/alerts/model/command.ts';
import { hadFired } from '../../src/alerts/model/membership.ts';
import type { OutsideSystems } from './alerts/outside.ts';
import type { RecordsState } from './alerts/records-state.ts';
import type { Scheduler } from './scheduler.ts';

const minute = 60_000;

/** What fires of a service, with the groups that stand for it: as a person is shown it, and as it is read again. */
const listOf = (
  { series }: RecordsState,
  service: string,
  asOf: number,
  first?: string,
): AlertList & { readonly alerts: readonly Alert[] } => {
  const all = [...series.values()];
  const alerts = all.filter(
    (alert) =>
      alert.status === 'firing' &&
      !alert.group &&
      alert.labels['service'] === service &&
      hadFired(alert, asOf),
  );
  const named = new Set(alerts.map(({ memberOf }) => memberOf?.group));
  const groups = all.filter(({ group, fingerprint }) => group && named.has(fingerprint));
  return {
    ...{ of: `service=${service}`, named: ['service'], alerts, groups },
    ...(first !== undefined && { first }),
  };
};

/**
 * People who ask for one ticket or one silence of a whole list: they are asked back, and answer when the list may be another
 * one; now and then twice, or two of them at once.
 */
export const askForLists = (
  scheduler: Scheduler,
  random: Random,
  state: RecordsState,
  [from, until]: readonly [number, number],
  service: () => AlertService | undefined,
): void => {
  for (let i = random.between(2, 8); i > 0; i--) {
    const asOf = random.between(from, until);
    const of = random.pick(['s0', 's0', 's1', 's2', 'b0', 'b1']);
    const verb = random.pick(['ticket', 'silence'] as const);
    const durationMs = random.between(1, 20) * minute;
    const answers = Array.from({ length: random.between(1, 3) }, () => ({
      after: random.between(1, 90_000),
      by: { id: random.pick(['U1', 'U2']) },
    }));
    scheduler.at(asOf, () => {
      const shown = listOf(state, of, asOf);
      const [worst] = shown.alerts;
      const first = shown.groups.find((one) => one.fingerprint === worst?.memberOf?.group) ?? worst;
      if (!first) return;
      for (const { after, by } of answers) {
        scheduler.at(asOf + after, () => {
          const list = listOf(state, of, asOf, verb === 'ticket' ? first.id : undefined);
          const command =
            verb === 'ticket' ? { verb } : { verb, durationMs, reason: 'known', labels: ['service'] };
          void service()
            ?.applyToAll(list, command, by)
            // A person who is told that the store did not answer tries again, or not.
            .catch(() => {});
        });
      }
    });
  }
};

/** One ticket an alert, and who shares an effect has what the one that makes it came to. */
export const ofShared = (
  { id, actions }: Alert,
  alerts: ReadonlyMap<string, Alert>,
  made: OutsideSystems['made'],
): readonly string[] => {
  const found: string[] = [];
  const tickets = actions.filter(({ kind, state }) => kind === 'ticket' && state !== 'failed');
  if (tickets.length > 1) found.push(`I3 ${id}: has ${tickets.length} tickets`);
  for (const { key, kind, spec, state, outcome } of actions) {
    const there = made.get(`${id}-${key}`);
    if (kind === 'ticket' && there !== undefined && (state !== 'done' || outcome?.id !== there))
      found.push(`I3 ${id}: ${there} was raised, and its ${key} is ${state} with ${outcome?.id}`);
    const ref = 'with' in spec ? spec.with : undefined;
    if (ref === undefined) continue;
    if (there !== undefined) found.push(`I3 ${id}: made ${there} itself, and ${ref.alert} does`);
    const one = alerts.get(ref.alert)?.actions.find((action) => action.key === ref.key);
    if (one && (one.state !== state || one.outcome?.id !== outcome?.id))
      found.push(`I3 ${id}: its ${key} is ${state}, and that of ${ref.alert} is ${one.state}`);
  }
  const own = [...made].filter(([key]) => key.startsWith(`${id}-ticket`) && !key.includes('news'));
  for (const [key, ticket] of own) {
    if (!actions.some((action) => `${id}-${action.key}` === key))
      found.push(`I3 ${id}: ${ticket} was raised, and nothing on record says so`);
  }
  return found;
};
