import type { Alert, SilenceTarget } from '../model/alert.ts';
import type { SilenceScope, SilenceScopePart } from '../model/command.ts';
import { readMany } from '../ports/many.ts';
import type { SilenceScopes } from '../ports/ports.ts';
import type { AlertStore } from '../ports/store.ts';
import type { GroupIndex } from './gather.ts';
import { type GroupSilence, planGroupSilence, type SilencePart, tellingApart } from './silence-group.ts';

export interface GroupSilenceDeps {
  readonly store: Pick<AlertStore, 'getMany'>;
  readonly groups: Pick<GroupIndex, 'members'>;
  readonly scopes: SilenceScopes;
}

/** Whoever looks waits for it; whoever orders has seen it, and is answered at once. */
const lookedAt = 10_000;
const checkedAt = 2_000;
const readAtOnce = 500;
const mostNames = 3;

/** What would be silenced: labels are added, up to the usual number, only where more than the group would be silenced. */
export const scopeOf = async (deps: GroupSilenceDeps, group: Alert): Promise<SilenceScope> => {
  const members = await membersOf(deps, group, lookedAt);
  return narrowed(deps, (more) => planGroupSilence(group, members, deps.scopes.placeOf, more));
};

/** The plan, with labels that keep out what else it would silence. */
export const narrowed = async (
  deps: Pick<GroupSilenceDeps, 'scopes'>,
  planWith: (more: readonly string[]) => GroupSilence,
): Promise<SilenceScope> => {
  const plan = planWith([]);
  if (!plan.ok) return plan;
  const wide = await othersOf(deps, plan);
  const more = tellingApart(
    plan,
    wide.flatMap((each) => (each.ok ? each.others : [])),
  );
  if (more.length === 0) return told(plan, wide);
  const narrow = planWith(more);
  return narrow.ok ? told(narrow, await othersOf(deps, narrow)) : narrow;
};

/** What a silence by `labels` is made for; it is what was shown, or refused. Asks nobody but the records. */
export const targetsOf = async (
  deps: GroupSilenceDeps,
  group: Alert,
  labels: readonly string[],
): Promise<
  | { readonly ok: true; readonly targets: readonly SilenceTarget[]; readonly members: readonly Alert[] }
  | { readonly ok: false; readonly code: Extract<GroupSilence, { ok: false }>['code'] | 'silence_changed' }
> => {
  const members = await membersOf(deps, group, checkedAt);
  const plan = planGroupSilence(group, members, deps.scopes.placeOf, labels);
  if (!plan.ok) return plan;
  const same = plan.labels.length === labels.length && labels.every((name) => plan.labels.includes(name));
  if (!same) return { ok: false, code: 'silence_changed' };
  return {
    ok: true,
    targets: plan.parts.map(({ target }) => target),
    members: plan.parts.flatMap((part) => part.members),
  };
};

const membersOf = async (
  { store, groups }: GroupSilenceDeps,
  { fingerprint }: Alert,
  atMost: number,
): Promise<readonly Alert[]> => {
  const { rows = [] } = (await groups.members(fingerprint)) ?? {};
  const firing = rows.filter(({ status }) => status === 'firing');
  const ids = firing.slice(0, atMost).map(({ id }) => id);
  return [...(await readMany(store, ids, readAtOnce)).values()];
};

export type Others = Awaited<ReturnType<SilenceScopes['others']>>;
type Plan = Extract<GroupSilence, { ok: true }>;

/** What else fires in each Alertmanager and would be silenced. */
export const othersOf = (
  { scopes }: Pick<GroupSilenceDeps, 'scopes'>,
  { parts }: Plan,
): Promise<readonly Others[]> =>
  Promise.all(parts.map(({ place, target, members }) => scopes.others(place, target.matchers, members)));

/** A plan as the person is shown it. */
export const told = ({ labels, parts, unreached }: Plan, others: readonly Others[]): SilenceScope => ({
  ok: true,
  labels,
  unreached,
  parts: parts.map((part, i) => partOf(part, others[i])),
});

const partOf = (
  { place, target, members }: SilencePart,
  others: Others = { ok: false, error: 'it was not asked' },
): SilenceScopePart => ({
  alertmanager: place,
  ...(target.cluster !== undefined && { cluster: target.cluster }),
  matchers: target.matchers,
  members: members.length,
  others: others.ok
    ? { ok: true, count: others.others.length, names: namesOf(others.others) }
    : { ok: false, error: others.error },
});

const namesOf = (others: readonly Readonly<Record<string, string>>[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { alertname = '' } of others) counts.set(alertname, (counts.get(alertname) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .flatMap(([name]) => (name === '' ? [] : [name]))
    .slice(0, mostNames);
};
