import { type AccessVerdict, actingAs } from '../../access/access.ts';
import { messageOf, StoreUnavailable } from '../../core/errors.ts';
import type { Person } from '../../core/person.ts';
import { auditOfDenial } from '../audit/audit-of-command.ts';
import type { RebuildServiceDeps } from '../commands/rebuild-service-deps.ts';
import { type FreezeAnswer, freezeAnswerWords } from '../messages/rules/freeze-answers.ts';
import type { Refused } from '../model/command.ts';
import { hasEnded, openEffect } from '../model/record.ts';
import { type EndedFreeze, type Freeze, freezesOf, holdingAt } from '../model/rules/freezes.ts';
import { soon, writeOf } from '../model/transition.ts';
import type { FreezeStore } from '../ports/freeze-store.ts';
import type { RebuildQueries, RebuildStore, RebuildsInFlight } from '../ports/store.ts';
import { auditOfFreeze, auditOfOver, auditOfThaw } from './audit-of-freeze.ts';
import { freezeMore, freezesAtMost, thawPlace, withoutOver } from './evolve-freezes.ts';
import { tellFrozen, tellOver, tellThawed } from './tell-freezes.ts';

/** `place`: the name of an instance, or `all`. `until`: ms, with the zone by whose clocks it was said. */
export interface FreezeRequest {
  readonly place: string;
  readonly reason: string;
  readonly until?: number;
  readonly zone?: string;
}

export interface ThawRequest {
  readonly place: string;
  readonly reason?: string;
}

export type FreezeResult =
  /** `says`: what was done, what it holds and what goes on, a sentence each. */
  { readonly ok: true; readonly changed: boolean; readonly says: readonly string[] } | Refused;

export interface FreezeService {
  freeze(request: FreezeRequest, by: Person): Promise<FreezeResult>;
  thaw(request: ThawRequest, by: Person): Promise<FreezeResult>;
  /** What holds now, as far as a process knows that is at most a second behind. @throws StoreUnavailable */
  holding(): Promise<readonly Freeze[]>;
  /** Puts on record whose time is over, and has what they held looked at. @throws StoreUnavailable */
  sweep(): Promise<readonly EndedFreeze[]>;
}

export interface FreezeServiceDeps
  extends Pick<RebuildServiceDeps, 'access' | 'audit' | 'now' | 'instances'> {
  readonly freezes: FreezeStore;
  readonly store: Pick<RebuildStore, 'update'>;
  readonly queries: Pick<RebuildQueries, 'list'> & RebuildsInFlight;
  /** Where freezes are told: the channel of rebuilds. */
  readonly channel: () => string;
}

/** A freeze that lasts longer is a typing error, or a rule for `policy:`. ms */
const longest = 366 * 86_400_000;
const shown = 200;

const instanceOf = (place: string): string | undefined => (place === 'all' ? undefined : place);

export const createFreezeService = (deps: FreezeServiceDeps): FreezeService => ({
  freeze: (request, by) => freeze(deps, request, by),
  thaw: (request, by) => thaw(deps, request, by),
  holding: async () => holdingAt((await deps.freezes.fresh()).now, deps.now()),
  sweep: () => sweep(deps),
});

const refused = (code: Refused['code'], answer: FreezeAnswer): Refused => ({
  ok: false,
  code,
  says: freezeAnswerWords(answer),
});

const permit = async (
  { access, audit, now }: FreezeServiceDeps,
  verb: 'freeze' | 'thaw',
  place: string,
  by: Person,
): Promise<{ readonly ok: true; readonly verdict: AccessVerdict } | Refused> => {
  const verdict = await access.check(by, verb, instanceOf(place) ?? '');
  if (verdict.allowed) return { ok: true, verdict };
  await audit.record([auditOfDenial(place, verb, by, verdict, now())]);
  return refused('not_allowed', { code: 'denied', why: verdict.says, verb, place });
};

const freeze = async (deps: FreezeServiceDeps, request: FreezeRequest, by: Person): Promise<FreezeResult> => {
  const { place, reason, until, zone } = request;
  const allowed = await permit(deps, 'freeze', place, by);
  if (!allowed.ok) return allowed;
  const start = deps.now();
  if (until !== undefined && until <= start) return refused('invalid', { code: 'past', until, zone });
  if (until !== undefined && until - start > longest) return refused('invalid', { code: 'too_long' });
  const known = await isInstance(deps, place);
  if (known.kind === 'unknown')
    return refused('not_found', { code: 'unknown_instance', place, near: known.near });
  const instance = instanceOf(place);
  const order = {
    reason,
    ...(instance !== undefined && { instance }),
    ...(until !== undefined && { until }),
    ...(zone !== undefined && { zone }),
  };
  const actor = actingAs(by, allowed.verdict);
  const done = await deps.freezes.change((before) => {
    const now = deps.now();
    const { freezes, over } = withoutOver(before, now);
    const made = freezeMore(freezes, order, actor, now);
    const ordered = { by, verdict: allowed.verdict, now };
    const ended = over.map((one) => auditOfOver(one, now));
    if (!made.ok) return { made };
    const proof = auditOfFreeze(made.freeze, made.replaced, made.already, ordered);
    const told = tellOver(made.freezes, deps.channel(), over, now);
    const write = made.already ? told : tellFrozen(told, deps.channel(), made, now);
    return { made, write, audited: [...ended, proof] };
  });
  const { made } = done;
  if (!made.ok) return refused('limit', { code: 'too_many', most: freezesAtMost });
  const affected = await lookAtOnce(deps, [instance]);
  return {
    ok: true,
    changed: !made.already,
    says: freezeAnswerWords({
      code: 'frozen',
      freeze: made.freeze,
      replaced: made.replaced,
      already: made.already,
      held: affected,
      unknown: known.kind === 'unseen' ? known.error : undefined,
    }),
  };
};

const thaw = async (deps: FreezeServiceDeps, request: ThawRequest, by: Person): Promise<FreezeResult> => {
  const { place, reason } = request;
  const allowed = await permit(deps, 'thaw', place, by);
  if (!allowed.ok) return allowed;
  const instance = instanceOf(place);
  const thawed = { by: actingAs(by, allowed.verdict), ...(reason !== undefined && { why: reason }) };
  const done = await deps.freezes.change((before) => {
    const now = deps.now();
    const { freezes, over } = withoutOver(before, now);
    const { freezes: after, ended } = thawPlace(freezes, instance, thawed, now);
    const left = holdingAt(instance === undefined ? after.now : freezesOf(after, instance).now, now);
    const audited = [
      ...over.map((one) => auditOfOver(one, now)),
      auditOfThaw(instance, ended, reason, { by, verdict: allowed.verdict, now }),
    ];
    const told = tellOver(after, deps.channel(), over, now);
    return { write: tellThawed(told, deps.channel(), ended, now), audited, ended, left };
  });
  const { ended, left } = done;
  if (ended.length > 0) await lookAtOnce(deps, [instance]);
  // Lifted all the same where there is a freeze: its instance may be gone by now.
  const known = ended.length === 0 ? await isInstance(deps, place) : undefined;
  if (known?.kind === 'unknown') {
    return refused('not_found', { code: 'unknown_thaw', place, near: known.near });
  }
  return {
    ok: true,
    changed: ended.length > 0,
    says: freezeAnswerWords({ code: 'thawed', place, ended, left }),
  };
};

const sweep = async (deps: FreezeServiceDeps): Promise<readonly EndedFreeze[]> => {
  const now = deps.now();
  const known = await deps.freezes.fresh();
  if (withoutOver(known, now).over.length === 0) return [];
  const { over } = await deps.freezes.change((before) => {
    const after = withoutOver(before, now);
    return after.over.length === 0
      ? { over: after.over }
      : {
          over: after.over,
          write: tellOver(after.freezes, deps.channel(), after.over, now),
          audited: after.over.map((one) => auditOfOver(one, now)),
        };
  });
  if (over.length > 0)
    await lookAtOnce(
      deps,
      over.map(({ instance }) => instance),
    );
  return over;
};

type Instancehood =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown'; readonly near: readonly string[] }
  /** The repository does not answer: a freeze is not held up by it. */
  | { readonly kind: 'unseen'; readonly error: string };

const isInstance = async (
  { instances, queries }: FreezeServiceDeps,
  place: string,
): Promise<Instancehood> => {
  if (place === 'all') return { kind: 'known' };
  const found = await instances
    .get(place)
    .catch((error: unknown) => ({ ok: false, kind: 'unavailable', error: messageOf(error) }) as const);
  if (found.ok || found.kind === 'invalid') return { kind: 'known' };
  if ((await queries.inFlight()).has(place)) return { kind: 'known' };
  return found.kind === 'unknown'
    ? { kind: 'unknown', near: found.near }
    : { kind: 'unseen', error: found.error };
};

/** A rebuild that is held, and the change that was under way. */
export interface HeldRebuild {
  readonly instance: string;
  readonly id: string;
  readonly underWay?: string;
}

/**
 * The rebuilds in flight of these places are looked at now, so that people read in each thread what happened. What is
 * not nudged is found by its next look.
 */
const lookAtOnce = async (
  { store, queries, now }: FreezeServiceDeps,
  places: readonly (string | undefined)[],
): Promise<readonly HeldRebuild[]> => {
  try {
    const flight = await queries.list({ state: 'flight', limit: shown });
    const meant = flight.filter(
      ({ plan }) => places.includes(undefined) || places.includes(plan.instance.name),
    );
    for (const { id } of meant) {
      await store.update(id, (rebuild) =>
        hasEnded(rebuild) ? {} : { write: writeOf(soon(rebuild, now())) },
      );
    }
    return meant.map((rebuild) => {
      const open = openEffect(rebuild);
      return {
        instance: rebuild.plan.instance.name,
        id: rebuild.id,
        ...(open && { underWay: open.key.slice(rebuild.id.length + 1) }),
      };
    });
  } catch (error) {
    if (error instanceof StoreUnavailable) return [];
    throw error;
  }
};
