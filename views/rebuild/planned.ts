import type { Plan, PlannedChange } from '../../src/rebuild/model/parts/plan.ts';
import { code, inline } from '../escape.ts';
import { fitted } from '../trail.ts';

/** What will be changed, grouped by where. */
export const plannedChanges = ({ changes: all, instance }: Plan): string => {
  const how =
    instance.way === 'gitops' ? 'by commits that Argo CD syncs' : 'directly, through the scale subresource';
  const places = [...new Set(all.map(({ where }) => where))];
  const lines = places.flatMap((where) => [
    `📍 ${inline(where, 200)}`,
    ...thereAndBack(all.filter((change) => change.where === where)).map(changeLine),
  ]);
  return [
    `*What will be changed*, ${how}`,
    ...(lines.length === 0 ? ['Nothing in the cluster.'] : fitted(lines, 2500)),
  ].join('\n');
};

type Trip = PlannedChange & { readonly back?: string };

/** What is changed, and changed again later, is one line. */
const thereAndBack = (changes: readonly PlannedChange[]): readonly Trip[] => {
  const trips: Trip[] = [];
  for (const change of changes) {
    const at = trips.findIndex(({ what, to, back }) => what === change.what && to === change.from && !back);
    const trip = trips[at];
    if (trip) trips[at] = { ...trip, back: change.to };
    else trips.push(change);
  }
  return trips;
};

const changeLine = ({ what, from, to, back }: Trip): string =>
  `• ${code(what, 120)} ${inline(from, 80)} → *${inline(to, 120)}*${back === undefined ? '' : ` → ${inline(back, 80)} in the end`}`;

/** In what it differs from the last rebuild of its instance; undefined where there was none. */
export const sinceText = ({ since }: Plan): string | undefined => {
  if (!since) return undefined;
  const lead = `🔁 Against the last rebuild, ${code(since.id, 120)}`;
  if (since.says.length === 0) return `${lead}: nothing is different.`;
  return fitted([`${lead}:`, ...since.says.map((line) => `• ${inline(line, 300)}`)], 1200).join('\n');
};

/** What is worth knowing of it; undefined where nothing is. */
export const warningsText = ({ warnings }: Plan): string | undefined =>
  warnings.length === 0
    ? undefined
    : fitted(
        warnings.map((warning) => `⚠️ ${inline(warning, 400)}`),
        2500,
      ).join('\n');
