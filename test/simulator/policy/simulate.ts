import { type Random, randomFrom } from '../../../sandbox/generator/random.ts';
import type { Person } from '../../../src/core/person.ts';
import { createRebuildService } from '../../../src/rebuild/commands/rebuild-service.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { RebuildCommand, StartResult } from '../../../src/rebuild/model/command.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { controlsFor } from '../../../src/rebuild/model/rules/rules.ts';
import { soon, writeOf } from '../../../src/rebuild/model/transition.ts';
import { type ReconcileDeps, reconcileRebuild } from '../../../src/rebuild/reconcile/reconcile-rebuild.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createRebuildWorld, type RebuildWorld } from '../../fakes/rebuilds/rebuild-outside.ts';
import { createMemoryRebuilds } from '../../fakes/rebuilds/rebuild-store.ts';
import { createPolicyOracle, type Law } from './oracle.ts';

const counted = ['started', 'refused', 'held', 'taken', 'frozen', 'broken', 'raced'] as const;
export type PolicyCounts = Readonly<Record<(typeof counted)[number], number>>;

export interface PolicyRun {
  readonly seed: number;
  readonly breaches: readonly string[];
  readonly counts: PolicyCounts;
  /** Equal when everything went the same way. */
  readonly trace: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const people = ['U0ADA', 'U0BOB', 'U0CY', 'U0DEE'] as const;
/** A usual week, and those in which the clocks of New York and Berlin change. */
const weeks = [Date.UTC(2026, 10, 16), Date.UTC(2026, 9, 26), Date.UTC(2026, 2, 23)] as const;
const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata'] as const;

/** A policy of one rule, with windows that begin within the hours that are simulated. */
const aLaw = (random: Random, start: number): Law => {
  const monday = Date.UTC(2024, 0, 1);
  const present = Math.floor((start - monday) / hour) % (7 * 24);
  const verbs = ['start', 'override', 'raise', 'lower'] as const;
  return {
    twoPeople: verbs.filter(() => random.next() < 0.4),
    lowerShare: random.pick([0.25, 0.5]),
    windows: Array.from({ length: random.between(0, 3) }, (_, i) => {
      const from = (present + random.between(0, 14)) % (7 * 24);
      return { name: `w${i}`, zone: random.pick(zones), from, to: (from + random.between(1, 6)) % (7 * 24) };
    }),
    farmers: random.next() < 0.5 ? random.between(10, 24) : undefined,
    change: random.next() < 0.5 ? random.pick([0.25, 0.5]) : undefined,
    inFlight: random.next() < 0.7 ? random.between(1, 3) : undefined,
    ticket: random.next() < 0.4,
    glassMs: random.pick([10 * minute, 40 * minute]),
  };
};

const instancesOf = (): readonly Instance[] =>
  ['gov1', 'gov2', 'gov3', 'gov4', 'free1', 'free2'].map((name) =>
    anInstance({
      ...{ name, namespace: name, engine: 'balance', minimum: 2, maximum: 40, farmers: 8 },
      ...(name.startsWith('gov') && { environment: 'gov' }),
    }),
  );

/**
 * Rebuilds of six instances, four of them under a policy, planned, confirmed at once and steered at random by four people
 * over two days. Every start, order and change is held against what the policy says, without its code.
 */
export const simulatePolicy = async (seed: number): Promise<PolicyRun> => {
  const random = randomFrom(seed);
  // One in three over the end of a week, where windows and clocks wrap.
  const begins =
    random.next() < 0.33 ? random.between(6 * 24 * 60, 7 * 24 * 60) : random.between(0, 7 * 24 * 60 - 1);
  const clock = { now: random.pick(weeks) + begins * minute };
  const now = () => clock.now;
  const law = aLaw(random, clock.now);
  const instances = instancesOf();
  const worlds = new Map<string, RebuildWorld>(
    instances.map((instance) => [instance.name, createRebuildWorld(instance, now)]),
  );
  const worldOf = ({ name }: Pick<Instance, 'name'>): RebuildWorld => {
    const world = worlds.get(name);
    if (!world) throw new Error(`no world ${name}`);
    return world;
  };
  const controls = ({ name, environment = 'commercial' }: Instance) =>
    controlsFor([ruleOf(law)], name, environment);
  const store = createMemoryRebuilds({ now });
  const oracle = createPolicyOracle(law, now);
  const counts = Object.fromEntries(counted.map((name) => [name, 0])) as Record<keyof PolicyCounts, number>;
  let drafts = 0;
  let claims = 0;
  const service = createRebuildService({
    store,
    queries: store,
    audit: memoryAudit(),
    instances: {
      names: async () => ({ ok: true, value: instances.map(({ name }) => name) }),
      get: async (name) => {
        const instance = instances.find((one) => one.name === name);
        if (!instance) throw new Error(`no instance ${name}`);
        return { ok: true, instance };
      },
      lastFarmers: async () => ({ ok: true, value: undefined }),
    },
    cluster: { look: (of, role) => worldOf(of).ports.cluster.look(of, role), doctor: async () => [] },
    engine: {
      look: (of, rebuild) => worldOf(of).ports.engine.look(of, rebuild),
      order: (request) => worldOf(request.instance).ports.engine.order(request),
    },
    access: {
      check: async ({ id }, verb) => ({
        allowed: true,
        role: verb === 'approve' ? 'lead' : 'sre',
        through: id,
      }),
    },
    settings: () => ({
      ...{
        channel: 'C0DCR',
        inFlight: 20,
        ticket: false,
        remind: hour,
        approvalValid: 15 * minute,
        controls,
      },
    }),
    now,
    newDraftId: () => `draft-${++drafts}`,
    hash: (text) => text,
  });
  const policy = { ...defaultPolicy, poll: minute, idlePoll: 10 * minute, controls };
  const depsOf = (world: RebuildWorld): ReconcileDeps => ({
    ...world.ports,
    audit: memoryAudit(),
    store: {
      get: (id) => store.get(id),
      update: (id, change) =>
        store.update(id, (before) => {
          const changed = change(before);
          if (changed.write) oracle.drove(before, changed.write.rebuild);
          return changed;
        }),
    },
    replan: async ({ plan }) => ({ ok: true, value: { kind: 'plan', plan } }),
    stillMay: async () => ({ ok: true, value: { may: true } }),
    policy: () => policy,
    now,
    newClaim: () => `claim-${++claims}`,
    stopping: () => false,
  });
  const flying = async (): Promise<readonly Rebuild[]> => store.list({ state: 'flight', limit: 200 });
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now + ms;
    for (;;) {
      const ids = (await flying()).map(({ id, plan }) => ({ id, world: worldOf(plan.instance) }));
      const waits: number[] = [];
      for (const { id, world } of ids) waits.push((await reconcileRebuild(depsOf(world), id)) ?? hour);
      if (clock.now >= until) return;
      clock.now = Math.min(until, clock.now + Math.max(20_000, Math.min(...waits, until - clock.now)));
    }
  };
  const person = (): Person => ({ id: random.pick(people) });
  /** One to four people confirm plans that were all made before; answers come as they come. */
  const starts = async (): Promise<void> => {
    const glass = random.next() < 0.15;
    const asked: { readonly draft: string; readonly by: Person }[] = [];
    for (let n = random.pick([1, 1, 2, 4]); n > 0; n--) {
      const by = person();
      const farmers = random.next() < 0.5 ? { farmers: random.between(4, 30) } : {};
      const request = {
        instance: random.pick(instances.map(({ name }) => name) as [string, ...string[]]),
        forced: false,
      };
      const planned = await service.plan(
        { ...request, ...farmers, reason: 'simulated', ...(glass && { glass }) },
        by,
      );
      if (planned.ok) asked.push({ draft: planned.draft.id, by });
    }
    if (asked.length > 1) counts.raced += 1;
    const confirmed = asked.map(async ({ draft, by }): Promise<StartResult> => {
      const answer = await service.start(draft, by);
      if (answer.ok && !answer.already)
        oracle.started(answer.rebuild, by, store.state.flight, store.state.records);
      return answer;
    });
    for (const answer of await Promise.all(confirmed)) counts[answer.ok ? 'started' : 'refused'] += 1;
  };
  const orders = async (): Promise<void> => {
    const all = await flying();
    if (all.length === 0) return;
    const before = random.pick(all as [Rebuild, ...Rebuild[]]);
    const command = aCommand(random, before);
    // Whoever broke a glass has something to do with it.
    const broke = before.glass?.at(-1)?.by;
    const by = broke && random.next() < 0.5 ? broke : person();
    const answer = await service.apply(before.id, command, by);
    const after = await store.get(before.id);
    if (!after) throw new Error('its record is gone');
    oracle.ordered(before, after, command, by);
    if (!answer.ok) counts[answer.code === 'not_now' ? 'frozen' : 'refused'] += 1;
    else counts[command.verb === 'break_glass' ? 'broken' : answer.held ? 'held' : 'taken'] += 1;
  };
  const until = clock.now + 2 * day;
  for (let i = random.between(20, 60); i > 0 && clock.now < until; i--) {
    await (random.next() < 0.25 ? starts() : orders());
    for (const { id, ticket } of await flying()) {
      if (ticket.state === 'wanted' && random.next() < 0.25) await store.update(id, ticketed);
    }
    const ms = random.pick([0, 0, 0, 0, 20_000, 2 * minute, 8 * minute, 35 * minute, 2 * hour]);
    // Now and then the controllers are away: what people order must hold by itself.
    if (random.next() < 0.25) clock.now += ms;
    else await pass(ms);
    if (random.next() < 0.1) worldOf(random.pick(instances as unknown as [Instance])).heal();
  }
  await pass(hour);
  const trace = JSON.stringify(
    [...store.state.records.values()].map(({ id, phase, version }) => [id, phase, version]),
  );
  return { seed, breaches: oracle.breaches, counts, trace };
};

const ticketed = (rebuild: Rebuild) => ({
  write: writeOf(
    soon({ ...rebuild, ticket: { ...rebuild.ticket, state: 'open', key: 'OPS-7' } }, rebuild.at),
  ),
});

const ruleOf = (law: Law) => ({
  ...{ name: 'gov', environments: ['gov'], instances: ['*'], typed_name: [] },
  ...{ two_people: law.twoPeople, lower_share: law.lowerShare },
  freeze: law.windows.map(({ name, zone, from, to }) => ({
    ...{ name, zone, every: 'week' as const, from: from * hour, to: to * hour },
  })),
  limits: { farmers: law.farmers, change: law.change, in_flight: law.inFlight },
  break_glass: { lasts: law.glassMs },
});

const aCommand = (random: Random, rebuild: Rebuild): RebuildCommand => {
  const reason = 'simulated';
  const roll = random.next();
  const hash = pendingOf(rebuild)?.hash;
  if (roll < 0.22) return { verb: 'approve', ...(hash !== undefined && { hash }) };
  const { target } = rebuild.farmers;
  if (roll < 0.45) return { verb: 'scale', farmers: Math.max(2, target + random.between(-3, 2)) };
  if (roll < 0.6) return { verb: 'scale', farmers: random.between(2, 40) };
  if (roll < 0.64) return { verb: 'pause', reason };
  if (roll < 0.71) return { verb: 'resume' };
  if (roll < 0.8) return { verb: 'break_glass', reason };
  if (roll < 0.82) return { verb: 'cancel', reason };
  if (roll < 0.84) return { verb: 'retry' };
  const kind = random.pick([
    'accept_farmers',
    'extend_deadline',
    'extend_limit',
    'force',
    'keep_farmers',
    'keep_guardian',
  ] as const);
  const amount = kind === 'accept_farmers' ? random.between(1, 8) : random.between(1, 60) * minute;
  return {
    verb: 'override',
    kind,
    reason,
    ...((kind === 'accept_farmers' || kind === 'extend_deadline' || kind === 'extend_limit') && { amount }),
  };
};
