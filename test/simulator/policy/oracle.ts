import type { Person } from '../../../src/core/person.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';

/** The policy, as a person would write it on a card. Windows: hours of the week, from Monday 00:00 by the clocks of the zone. */
export interface Law {
  readonly twoPeople: readonly ('start' | 'override' | 'raise' | 'lower')[];
  readonly lowerShare: number;
  readonly windows: readonly {
    readonly name: string;
    readonly zone: string;
    readonly from: number;
    readonly to: number;
  }[];
  readonly farmers: number | undefined;
  /** One order changes no more than this share. */
  readonly change: number | undefined;
  readonly inFlight: number | undefined;
  readonly glassMs: number;
  /** Nothing is touched before it is there. */
  readonly ticket: boolean;
}

/** What is known of one rebuild without its record. */
interface Known {
  readonly asker: string;
  /** Somebody else has agreed to begin. */
  agreed: boolean;
  /** The most farmers that may be up. */
  granted: number;
  /** What fewer farmers are measured by. */
  most: number;
  readonly overrides: Set<string>;
  glass: { readonly by: string; readonly until: number } | undefined;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Hours of the week that the clocks of a zone show; a fraction for minutes. */
const shown = (at: number, zone: string): number => {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' },
      ...{ minute: '2-digit', second: '2-digit' },
    });
  clocks.set(zone, clock);
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const week = days.indexOf(parts.get('weekday') ?? '') * 24;
  return week + part('hour') + part('minute') / 60 + part('second') / 3600;
};

const gov = ({ plan }: Rebuild): boolean => plan.instance.environment === 'gov';

/** Watches rebuilds of `gov`, and holds what is done against the law. */
export const createPolicyOracle = (law: Law, now: () => number) => {
  const breaches: string[] = [];
  const known = new Map<string, Known>();
  const say = (rebuild: Rebuild, text: string): void => {
    if (breaches.length < 10) breaches.push(`${rebuild.id} at ${new Date(now()).toISOString()}: ${text}`);
  };
  /** Surely: an hour that clocks show twice, or not at all, is left out at the edges. */
  const frozen = (): boolean =>
    law.windows.some(({ zone, from, to }) => {
      const inside = (at: number): boolean => {
        const hours = shown(at, zone);
        return from <= to ? from <= hours && hours < to : from <= hours || hours < to;
      };
      return inside(now());
    });
  const needs = (what: Law['twoPeople'][number]): boolean => law.twoPeople.includes(what);
  const of = (rebuild: Rebuild): Known => {
    const it = known.get(rebuild.id);
    if (!it) throw new Error(`${rebuild.id} was never started`);
    return it;
  };
  const holds = ({ glass }: Known): boolean => glass !== undefined && now() < glass.until;

  return {
    breaches,
    started: (
      rebuild: Rebuild,
      by: Person,
      flight: ReadonlyMap<string, string>,
      records: ReadonlyMap<string, Rebuild>,
    ): void => {
      const { farmers } = rebuild.plan;
      const glass = rebuild.glass?.length ? { by: by.id, until: now() + law.glassMs } : undefined;
      known.set(rebuild.id, {
        ...{ asker: by.id, agreed: false, granted: farmers, most: farmers, overrides: new Set(), glass },
      });
      if (!gov(rebuild) || glass) return;
      if (frozen()) say(rebuild, 'started in a freeze window');
      if (law.farmers !== undefined && farmers > law.farmers) say(rebuild, `${farmers} farmers planned`);
      const same = [...flight.values()].filter((id) => records.get(id)?.plan.instance.environment === 'gov');
      if (law.inFlight !== undefined && same.length > law.inFlight) say(rebuild, `${same.length} in flight`);
    },

    /** `before` and `after` of one command; nothing else happens between them. */
    ordered: (before: Rebuild, after: Rebuild, command: RebuildCommand, by: Person): void => {
      if (!gov(before)) return;
      const it = of(before);
      const [was, is] = [before.farmers.target, after.farmers.target];
      const added = after.overrides.slice(before.overrides.length).map(({ kind }) => kind);
      const resumed = before.pause !== undefined && after.pause === undefined && after.phase === 'running';
      const approved = command.verb === 'approve' && after.approval !== before.approval;
      const free = holds(it) && it.glass?.by === by.id;
      if (command.verb === 'break_glass' && after.glass?.length !== before.glass?.length) {
        if (holds(it)) say(before, 'two broken glasses at once');
        it.glass = { by: by.id, until: now() + law.glassMs };
        return;
      }
      if (is !== was || added.length > 0 || resumed) {
        if (!free && frozen()) say(before, `${command.verb} by ${by.id} in a freeze window`);
      }
      if (approved && before.effects.length === 0 && frozen())
        say(before, 'begun by an approval in a window');
      if (is !== was && !free) {
        const step =
          law.change === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(was * law.change));
        if (Math.abs(is - was) > step) say(before, `from ${was} to ${is} in one order`);
        if (is > was && law.farmers !== undefined && is > law.farmers) say(before, `${is} farmers ordered`);
      }
      if (approved) {
        const asked = before.asked ?? [];
        if ([it.asker, ...asked.map((one) => one.by.id)].includes(by.id))
          say(before, `${by.id} approved their own`);
        it.agreed = true;
        it.granted = Math.max(it.granted, is);
        for (const { wish } of asked) {
          if (wish.verb === 'override') it.overrides.add(wish.kind);
          else if (wish.farmers < it.most) it.most = wish.farmers;
        }
      } else if (!free) {
        if (needs('raise') && is > was && is > it.granted) say(before, `${by.id} alone raised it to ${is}`);
        const least = Math.ceil(it.most * (1 - law.lowerShare));
        if (needs('lower') && is < was && is < least) say(before, `${by.id} alone lowered it to ${is}`);
        const alone = added.filter((kind) => kind !== 'drop_guardian' && !it.overrides.has(kind));
        if (needs('override') && alone.length > 0) say(before, `${by.id} alone did ${alone.join()}`);
      }
      it.most = Math.max(it.most, is);
    },

    /** A write of the controller. */
    drove: (before: Rebuild, after: Rebuild): void => {
      if (!gov(before) || before.phase !== 'running') return;
      const it = of(before);
      const fresh = after.effects.find(
        ({ state, claim, key }) =>
          state === 'claimed' &&
          !before.effects.some((old) => old.claim === claim || (old.key === key && old.state === 'claimed')),
      );
      const open = after.glass?.find(({ endedAt }) => endedAt === undefined);
      if (open && now() >= open.until && fresh) say(before, `${fresh.key} under a glass whose time was over`);
      if (!fresh || holds(it) || after.phase !== 'running') return;
      const first = before.effects.every(({ state }) => state === 'failed');
      if (first && frozen()) say(before, `${fresh.key} begun in a freeze window`);
      if (needs('start') && !it.agreed) say(before, `${fresh.key} without a second person`);
      const { effect } = fresh;
      if (effect.kind !== 'scale' || effect.role !== 'farmer' || effect.to <= effect.from) return;
      if (needs('raise') && effect.to > it.granted)
        say(before, `${fresh.key}: ${effect.to} farmers, nobody agreed`);
      if (law.farmers !== undefined && effect.to > law.farmers)
        say(before, `${fresh.key}: ${effect.to} farmers`);
    },
  };
};
