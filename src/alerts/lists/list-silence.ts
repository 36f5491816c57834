import { isPending } from '../evolve/add-action.ts';
import { isSilent, labelIn } from '../evolve/silence.ts';
import {
  type GroupSilence,
  labelsSaying,
  planSilence,
  type SilencePart,
  tellingApart,
} from '../groups/silence-group.ts';
import { type GroupSilenceDeps, narrowed, type Others, othersOf, told } from '../groups/silence-scope.ts';
import type { Alert } from '../model/alert.ts';
import type { AlertList, SilenceScope } from '../model/command.ts';
import { subjectLabels } from '../model/subject.ts';

type Deps = Pick<GroupSilenceDeps, 'scopes'>;
type Refused = Extract<SilenceScope, { ok: false }>;

/** Of a list, those that a silence is for: what is silenced already, or about to be, has one. */
export const unsilenced = (alerts: readonly Alert[], now: number): readonly Alert[] =>
  alerts.filter((alert) => !isSilent(alert, now) && !isPending(alert, 'silence'));

/**
 * What a silence of a list would silence. It goes by the labels that the list was asked for by, or the name, where all
 * share them, and by more to keep others out, as a group's does. Where they share none of these, it goes by any labels
 * that say exactly this list: whatever would reach one alert more is refused.
 */
export const listScope = async (
  deps: Deps,
  { alerts, named }: Pick<AlertList, 'alerts' | 'named'>,
  now: number,
): Promise<SilenceScope> => {
  const members = unsilenced(alerts, now);
  const { placeOf } = deps.scopes;
  const scope = await narrowed(deps, (more) => planSilence(members, placeOf, labelsSaying(named, more)));
  return scope.ok || scope.code !== 'silence_no_labels' ? scope : exactly(deps, members);
};

/** They say where something is, or who looked at it: of what fires later, all of a production would be silent by one. */
const wide: ReadonlySet<string> = new Set(['cluster', 'cluster_name', 'namespace', 'job']);

/** One of these has to be among them: of what fires later, a severity alone would silence too much as well. */
const telling = subjectLabels.filter((name) => !wide.has(name));

const exactly = async (deps: Deps, members: readonly Alert[]): Promise<SilenceScope> => {
  const { placeOf } = deps.scopes;
  const any = planSilence(members, placeOf, (shared) => Object.keys(shared));
  if (!any.ok) return inWords(any);
  const everything = firingIn(await othersOf(deps, { ...any, parts: any.parts.map(withoutMatchers) }));
  const { shared } = any;
  const left = (name: string) => everything.filter((labels) => labelIn(labels, name) === shared[name]);
  const [first] = telling
    .filter((name) => Object.hasOwn(shared, name))
    .map((name) => ({ name, others: left(name) }))
    .toSorted((a, b) => a.others.length - b.others.length);
  if (!first) return { ok: false, code: 'silence_list_labels' };
  const labels = [first.name, ...tellingApart({ labels: [first.name], shared }, first.others)];
  const plan = planSilence(members, placeOf, () => labels);
  if (!plan.ok) return inWords(plan);
  const others = await othersOf(deps, plan);
  return others.every((each) => each.ok && each.others.length === 0)
    ? told(plan, others)
    : { ok: false, code: 'silence_list_labels' };
};

const withoutMatchers = (part: SilencePart): SilencePart => ({
  ...part,
  target: { ...part.target, matchers: {} },
});

const firingIn = (seen: readonly Others[]) => seen.flatMap((each) => (each.ok ? each.others : []));

const inWords = ({ code }: Extract<GroupSilence, { ok: false }>): Refused => ({
  ok: false,
  code: code === 'silence_no_labels' ? 'silence_list_labels' : code,
});

/** What a silence by `labels` is made for: what was shown, or refused. Asks nobody. */
export const listParts = (
  { scopes }: Deps,
  { alerts }: Pick<AlertList, 'alerts'>,
  labels: readonly string[],
  now: number,
): { readonly ok: true; readonly parts: readonly SilencePart[]; readonly unreached: number } | Refused => {
  const members = unsilenced(alerts, now);
  if (members.length === 0) return { ok: false, code: 'list_over' };
  const plan = planSilence(members, scopes.placeOf, () => labels);
  if (!plan.ok) return plan.code === 'silence_no_labels' ? { ok: false, code: 'silence_changed' } : plan;
  const isSame = plan.labels.length === new Set(labels).size;
  return isSame ? plan : { ok: false, code: 'silence_changed' };
};
