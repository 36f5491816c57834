import type { AccessPlace } from '../../src/access/access.ts';
import type { Rights } from '../../src/access/rights.ts';
import { inTime } from '../../src/core/deadline.ts';
import { nearest } from '../../src/core/nearest.ts';
import type { Person } from '../../src/core/person.ts';
import { heldWords } from '../../src/rebuild/messages/commands/lost.ts';
import { holds, type LostName } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import type { Freeze } from '../../src/rebuild/model/rules/freezes.ts';
import type { Message } from '../../views/blocks.ts';
import {
  dcrHelp,
  dcrVerbHelp,
  rebuildGoneAnswer,
  refusalAnswer,
  refusedAnswer,
  tooSlowAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { doctorAnswer } from '../../views/messages/rebuilds/rebuild-doctor.ts';
import { withFreezes } from '../../views/messages/rebuilds/rebuild-freezes.ts';
import { historyAnswer, rebuildList } from '../../views/messages/rebuilds/rebuild-lists.ts';
import { rebuildStatus } from '../../views/messages/rebuilds/rebuild-status.ts';
import { type Stranger, whoamiAnswer } from '../../views/messages/rebuilds/whoami.ts';
import { type DcrVerb, dcrExamples, dcrVerbs } from '../parse/dcr-usage.ts';
import { rebuildReplies } from '../parse/rebuild-words.ts';
import { instanceNamed } from '../parse/target.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import { findLatest } from './find.ts';
import { freezesFor } from './freeze.ts';
import { hiddenBecause, visibleTo } from './visible.ts';

/** As many as people can take in at once; the rest is counted. */
const shown = { flight: 200, failed: 5, recent: 5, history: 10 } as const;

export interface Overview {
  readonly flight: readonly Rebuild[];
  readonly failed: readonly Rebuild[];
  /** Released and cancelled ones. */
  readonly recent: readonly Rebuild[];
  /** In flight when records were lost, and nobody has decided on them. */
  readonly lost: readonly LostName[];
}

/** Rebuilds in flight, failed and recent, newest first. */
const overview = async (deps: RebuildSurface): Promise<Overview> => {
  const { queries } = deps.rebuilds;
  const [flight, failed, ended] = await fromRecords(
    deps,
    Promise.all([
      queries.list({ state: 'flight', limit: shown.flight }),
      queries.list({ state: 'failed', limit: shown.failed }),
      queries.list({ state: 'ended', limit: shown.failed + shown.recent }),
    ]),
  );
  const recent = ended.filter(({ phase }) => phase !== 'failed').slice(0, shown.recent);
  const lost = deps.rebuilds.lost();
  const held = new Set(lost.map(({ id }) => id));
  // Of what is on record as an older copy, that it is lost is the truth.
  return { flight: flight.filter(({ id }) => !held.has(id)), failed, recent, lost };
};

/** The same, as far as a person may see it. `hidden`: why some are left out. */
export const overviewFor = async (
  deps: RebuildSurface,
  by: Person,
): Promise<Overview & { readonly freezes: readonly Freeze[]; readonly hidden?: string }> => {
  const [all, freezes] = await Promise.all([overview(deps), freezesFor(deps, by)]);
  const { rebuilds, hidden } = await visibleTo(deps, by, [...all.flight, ...all.failed, ...all.recent]);
  const lost: LostName[] = [];
  for (const one of all.lost) {
    if ((await hiddenBecause(deps, by, one.instance)) === undefined) lost.push(one);
  }
  const may = new Set(rebuilds.map(({ id }) => id));
  const seen = (list: readonly Rebuild[]) => list.filter(({ id }) => may.has(id));
  return {
    flight: seen(all.flight),
    failed: seen(all.failed),
    recent: seen(all.recent),
    lost,
    freezes,
    ...(hidden !== undefined && { hidden }),
  };
};

/** Rebuilds in flight, and with `ended` the failed and recent ones. */
export const listFor = async (deps: RebuildSurface, by: Person, ended: boolean): Promise<Message> => {
  const { flight, failed, recent, lost, freezes, hidden } = await overviewFor(deps, by);
  const list = { flight, lost, freezes, failed: ended ? failed : [], recent: ended ? recent : [] };
  return rebuildList({ ...list, ...(hidden !== undefined && { hidden }) }, deps.view());
};

/** How a rebuild stands, for a person who may see it. */
const statusFor = async (deps: RebuildSurface, by: Person, rebuild: Rebuild): Promise<Message> => {
  const hidden = await hiddenBecause(deps, by, rebuild.plan.instance);
  return hidden === undefined ? rebuildStatus(rebuild, deps.view()) : refusedAnswer([hidden]);
};

/** The same by id, as buttons and threads name it. */
export const statusById = async (deps: RebuildSurface, id: string, by: Person): Promise<Message> => {
  const lost = deps.rebuilds.lost().find((one) => one.id === id);
  if (lost && holds(lost)) {
    return refusedAnswer([(await hiddenBecause(deps, by, lost.instance)) ?? heldWords(lost)]);
  }
  const rebuild = await fromRecords(deps, deps.rebuilds.queries.get(id));
  return rebuild ? statusFor(deps, by, rebuild) : rebuildGoneAnswer(id);
};

export const statusOf = async (deps: RebuildSurface, target: string, by: Person): Promise<Message> => {
  const found = await findLatest(deps, target, by);
  if (found.ok && !hasEnded(found.rebuild)) return statusFor(deps, by, found.rebuild);
  // Nothing is in flight whose card would say it.
  const freezes = await freezesFor(deps, by);
  const frozen = freezes.filter(
    ({ instance }) => instance === undefined || instance === instanceNamed(target),
  );
  const answer = found.ok ? await statusFor(deps, by, found.rebuild) : refusedAnswer(found.says);
  return withFreezes(answer, frozen);
};

/** The rebuilds of an instance, and the journal of the one meant: who, what, why. */
export const historyOf = async (deps: RebuildSurface, target: string, by: Person): Promise<Message> => {
  const found = await findLatest(deps, target, by);
  if (!found.ok) return refusedAnswer(found.says);
  const { rebuild } = found;
  const instance = rebuild.plan.instance.name;
  const hidden = await hiddenBecause(deps, by, instance);
  if (hidden !== undefined) return refusedAnswer([hidden]);
  const [rebuilds, journal] = await fromRecords(
    deps,
    Promise.all([
      deps.rebuilds.queries.list({ instance, limit: shown.history }),
      deps.rebuilds.queries.journal(rebuild.id),
    ]),
  );
  return historyAnswer({ rebuild, rebuilds, journal });
};

/** What is wrong with an instance's cluster settings; touches nothing. */
export const examine = async (deps: RebuildSurface, instance: string, by: Person): Promise<Message> => {
  const result = await inTime(deps.rebuilds.slowMs, () => deps.rebuilds.service.doctor(instance, by));
  if (!result) return tooSlowAnswer(instance);
  return result.ok ? doctorAnswer(result) : refusalAnswer(result, deps.view());
};

/** All that can be said of rebuilds; `place`: where it was asked, which comes first. */
export const rebuildHelp = (bot: string | undefined, place: 'anywhere' | 'thread' = 'anywhere'): Message =>
  dcrHelp(
    place,
    Object.values(dcrVerbs).map(({ usage, does }) => ({ usage: `/dcr ${usage}`, does })),
    rebuildReplies,
    bot === undefined ? undefined : { id: bot },
  );

/** How one thing is said. */
export const verbHelp = (verb: DcrVerb): Message =>
  dcrVerbHelp(
    { usage: `/dcr ${dcrVerbs[verb].usage}`, does: dcrVerbs[verb].does },
    dcrExamples[verb].map((example) => `/dcr ${example}`),
  );

/** What the person who asks may do, on one instance or anywhere; a rebuild's id stands for its instance. */
export const whoIs = async (
  deps: RebuildSurface,
  by: Person,
  target: string | undefined,
): Promise<Message> => {
  if (target === undefined) return whoamiAnswer(await rightsOf(deps, by, undefined), by.id);
  const own = await rightsOf(deps, by, instanceNamed(target));
  // Of another tier's, whether there is such an instance or rebuild is not told.
  if (own.tiers?.elsewhere) return whoamiAnswer(own, by.id);
  const rebuild = await fromRecords(deps, deps.rebuilds.queries.get(target));
  const known = rebuild ? undefined : await namesKnown(deps);
  const no = known && !known.includes(target) ? await strangerTo(deps, by, target, known) : undefined;
  return whoamiAnswer(await rightsOf(deps, by, rebuild?.plan.instance ?? target), by.id, no);
};

const rightsOf = (deps: RebuildSurface, by: Person, place: AccessPlace | undefined): Promise<Rights> =>
  fromRecords(deps, deps.rebuilds.rights.of(by, place), 1.5);

/** Undefined where nobody can tell which instances there are. */
const namesKnown = async (deps: RebuildSurface): Promise<readonly string[] | undefined> => {
  const names = await inTime(deps.deadlineMs, () => deps.rebuilds.instances.names());
  return names?.ok && names.value.length > 0 ? names.value : undefined;
};

/** The name of an instance is told only to those who may see it. */
const strangerTo = async (
  deps: RebuildSurface,
  by: Person,
  instance: string,
  known: readonly string[],
): Promise<Stranger> => {
  const near = nearest(instance, known);
  const tells = near !== undefined && (await hiddenBecause(deps, by, near)) === undefined;
  return { instance, ...(tells && { near }) };
};
