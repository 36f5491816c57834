import { given } from '../../core/json.ts';
import { isMatched, knownAsSent, labelIn } from '../evolve/silence.ts';
import type { Alert, SilenceTarget } from '../model/alert.ts';

type Labels = Readonly<Record<string, string>>;

/** A group is silenced by so many labels, unless it takes more to say which group it is. */
const usualMatchers = 3;

/** What one Alertmanager is asked to silence for a group. */
export interface SilencePart {
  /** As the config names it. */
  readonly place: string;
  readonly target: SilenceTarget;
  /** Those that fire and came from there. */
  readonly members: readonly Alert[];
}

export type GroupSilence =
  | {
      readonly ok: true;
      readonly labels: readonly string[];
      readonly parts: readonly SilencePart[];
      /** Members that fire, and that no Alertmanager that is configured has sent. */
      readonly unreached: number;
      /** All labels that are the same for those that are reached. */
      readonly shared: Labels;
    }
  | {
      readonly ok: false;
      readonly code: 'silence_over' | 'not_alertmanager' | 'silence_nowhere' | 'silence_no_labels';
    };

/** What a silence of `members` is made of, by the labels that `choose` picks from those they share. Pure. */
export const planSilence = (
  members: readonly Alert[],
  placeOf: (alert: Alert) => string | undefined,
  choose: (shared: Labels) => readonly string[],
): GroupSilence => {
  const firing = members.filter(({ status }) => status === 'firing');
  if (firing.length === 0) return { ok: false, code: 'silence_over' };
  const sent = firing.filter(({ type }) => type === 'alertmanager');
  if (sent.length === 0) return { ok: false, code: 'not_alertmanager' };
  const places = Map.groupBy(sent, placeOf);
  const reached = [...places].flatMap(([place, alerts]) => (place === undefined ? [] : [{ place, alerts }]));
  if (reached.length === 0) return { ok: false, code: 'silence_nowhere' };
  const all = reached.flatMap(({ alerts }) => alerts);
  const shared = sharedBy(all);
  const labels = [...new Set(choose(shared))].filter((name) => Object.hasOwn(shared, name));
  if (labels.length === 0) return { ok: false, code: 'silence_no_labels' };
  const matchers = Object.fromEntries(labels.map((name) => [name, shared[name] ?? '']));
  const parts = reached.map(({ place, alerts }): SilencePart => {
    const [first] = alerts;
    const where = given({ alertmanager: first?.links.alertmanager, cluster: first?.cluster });
    return { place, members: alerts, target: { matchers, ...where } };
  });
  return { ok: true, labels, parts, unreached: firing.length - all.length, shared };
};

/**
 * Labels that say which they are: those that they were put together by, where all carry them as they were sent, or else
 * the name; and `more` of those that they share.
 */
export const labelsSaying =
  (own: readonly string[], more: readonly string[] = []) =>
  (shared: Labels): readonly string[] => {
    const there = own.filter((name) => Object.hasOwn(shared, name));
    const base = there.length > 0 ? there : ['alertname'].filter((name) => Object.hasOwn(shared, name));
    return base.length === 0 ? [] : [...base, ...more];
  };

/** The same of a group, by the labels that it is made by. `placeOf`: the Alertmanager that an alert came from. */
export const planGroupSilence = (
  group: Alert,
  members: readonly Alert[],
  placeOf: (alert: Alert) => string | undefined,
  more: readonly string[] = [],
): GroupSilence => planSilence(members, placeOf, labelsSaying(Object.keys(group.group?.by ?? {}), more));

/**
 * Labels that tell the members from `others`, which would be silenced besides: each the one that keeps out most of them,
 * until none is left, none helps, or there are enough.
 */
export const tellingApart = (
  { labels, shared }: Pick<Extract<GroupSilence, { ok: true }>, 'labels' | 'shared'>,
  others: readonly Labels[],
): readonly string[] => {
  const more: string[] = [];
  let left = others;
  while (left.length > 0 && labels.length + more.length < usualMatchers) {
    const rest = left;
    const free = Object.keys(shared).filter((name) => !labels.includes(name) && !more.includes(name));
    const [best] = free
      .map((name) => ({ name, kept: rest.filter((one) => labelIn(one, name) === shared[name]) }))
      .toSorted((a, b) => a.kept.length - b.kept.length);
    if (!best || best.kept.length === left.length) break;
    more.push(best.name);
    left = best.kept;
  }
  return more;
};

/** Whether a silence of its group silences this member. */
export const isSilencedBy = ({ type, labels, cluster }: Alert, target: SilenceTarget): boolean =>
  type === 'alertmanager' &&
  (target.cluster === undefined || target.cluster === cluster) &&
  isMatched(labels, target.matchers);

/** Labels that all of them carry with one value, as it was sent; a silence takes no empty value. */
const sharedBy = (alerts: readonly Alert[]): Labels => {
  const [first, ...others] = alerts;
  let shared = Object.entries(first ? knownAsSent(first).labels : {}).filter(
    ([name, value]) => value !== '' && /^[a-zA-Z_]\w*$/.test(name),
  );
  for (const { labels, labelLoss } of others) {
    const changed = new Set(labelLoss?.changed ?? []);
    shared = shared.filter(([name, value]) => labelIn(labels, name) === value && !changed.has(name));
  }
  return Object.fromEntries(shared);
};
