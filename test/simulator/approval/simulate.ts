import { type Random, randomFrom } from '../../../sandbox/generator/random.ts';
import { type AccessPort, type AccessVerdict, actingAs } from '../../../src/access/access.ts';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { askersOf, pendingOf, rolesOfAskers, selfAmong } from '../../../src/rebuild/model/approval.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { OverrideKind } from '../../../src/rebuild/model/parts/orders.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { stepNames } from '../../../src/rebuild/model/steps.ts';
import { soon } from '../../../src/rebuild/model/transition.ts';
import { type ReconcileDeps, reconcileRebuild } from '../../../src/rebuild/reconcile/reconcile-rebuild.ts';
import { aGitopsInstance, anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createRebuildWorld } from '../../fakes/rebuilds/rebuild-outside.ts';
import { type Checked, createOracle, shownOf } from './oracle.ts';
import { createCrowd } from './people.ts';

export interface ApprovalRun {
  readonly seed: number;
  readonly breaches: readonly string[];
  readonly rebuild: Rebuild;
  /** How many commands were taken, written down, and refused; how many approvals counted. */
  readonly counts: Readonly<Record<'taken' | 'held' | 'refused' | 'approved' | 'denied', number>>;
}

const minute = 60_000;
const kinds: readonly [OverrideKind, ...OverrideKind[]] = [
  'skip_step',
  'accept_farmers',
  'extend_deadline',
  'extend_limit',
  'force',
  'retry_from',
  'keep_farmers',
  'keep_guardian',
  'drop_guardian',
];

/** What somebody saw, and the code beside it. */
interface Sight {
  readonly hash: string;
  readonly shown: string;
}

/**
 * One rebuild that needs an approval, steered at random by those who asked for it and by others, in a world that
 * changes. Everything that is written is held against what was agreed to.
 */
export const simulateApproval = async (seed: number, brief = false): Promise<ApprovalRun> => {
  const random = randomFrom(seed);
  const clock = { now: startedAt };
  const environment = random.pick(['gov', 'commercial']);
  const crowd = createCrowd(random, environment);
  let record = aBeginning(random, environment, crowd.person('U0ALICE'));
  const world = createRebuildWorld(record.plan.instance, () => clock.now);
  const policy = { ...defaultPolicy, approvalValid: random.pick([5 * minute, 15 * minute]) };
  const oracle = createOracle(record, policy.approvalValid, crowd.truth);
  let checked: Checked | undefined;
  let values = 0;
  const sights: Sight[] = [];
  const counts = { taken: 0, held: 0, refused: 0, approved: 0, denied: 0 };
  let claims = 0;
  let scaled: Person | undefined;
  const deps: ReconcileDeps = {
    ...world.ports,
    audit: memoryAudit(),
    store: {
      get: async () => record,
      update: async (_, change) => {
        const changed = change(record);
        if (changed.write) {
          const next = { ...changed.write.rebuild, version: record.version + 1 };
          oracle.drive(record, next, clock.now, checked);
          record = next;
        }
        return changed;
      },
    },
    replan: async (rebuild) => {
      if (random.next() < 0.1) return { ok: false, error: 'GitHub is away' };
      if (random.next() < 0.05)
        return {
          ok: true,
          value: { kind: 'unfit', problems: [{ code: 'farmers_up', set: 's', farmers: 1 }] },
        };
      const { plan } = rebuild;
      const hash = values === 0 ? aPlan().hash : `values-${values}`;
      checked = { plan: hash, at: clock.now };
      return { ok: true, value: { kind: 'plan', plan: { ...plan, hash } } };
    },
    stillMay: async (rebuild) => {
      if (random.next() < 0.1) return { ok: false, error: 'Slack is away' };
      const by = rebuild.approval?.by ?? { id: '' };
      const askers = askersOf(rebuild);
      const asker = selfAmong(askers, by);
      if (asker) return { ok: true, value: { may: false, code: 'same_person', asker } };
      const without = [...rolesOfAskers(askers), ...crowd.rolesBut(by.as?.role)];
      const verdict = await crowd.access.check(by, 'approve', rebuild.plan.instance, without);
      const left = { may: false, code: 'no_role', roles: [] } as const;
      return { ok: true, value: verdict.allowed ? { may: true } : left };
    },
    policy: () => policy,
    now: () => clock.now,
    newClaim: () => `claim-${++claims}`,
    stopping: () => false,
  };
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now + ms;
    while (clock.now < until) {
      const wait = await reconcileRebuild(deps, record.id);
      clock.now = Math.min(until, clock.now + Math.max(1, wait ?? ms));
    }
  };
  const see = (): Sight | undefined => {
    const pending = pendingOf(record);
    const sight = pending && { hash: pending.hash, shown: shownOf(record) };
    if (sight && sights.at(-1)?.hash !== sight.hash) sights.push(sight);
    return sight;
  };
  for (let i = brief ? random.between(4, 12) : random.between(5, 40); i > 0 && !hasEnded(record); i--) {
    const wait = random.pick(
      brief ? [0, 0, 0, 0, 2_000] : [0, 0, 0, 2_000, minute, 4 * minute, 16 * minute, 60 * minute],
    );
    await pass(wait);
    if (record.ticket.state === 'wanted' && random.next() < 0.3) {
      record = soon({ ...record, ticket: { ...record.ticket, state: 'open', key: 'OPS-7' } }, clock.now);
    }
    if (random.next() < 0.05) values += 1;
    if (random.next() < 0.05) world.setReplicas('farmer', random.between(0, 30), 'somebody');
    if (random.next() < 0.05) world.capacity('farmer', random.between(0, 20));
    const now = see();
    const sight = random.next() < 0.8 ? now : sights[random.between(0, Math.max(0, sights.length - 1))];
    const command = aCommand(random, sight?.hash);
    if (random.next() < 0.15) crowd.moves();
    // Whoever has scaled it may not approve what others ask of it: met more often than by chance.
    const who = command.verb === 'approve' && scaled && random.next() < 0.4 ? scaled : crowd.anybody();
    const before = record;
    const verdict = await mayDo(crowd.access, who, command, before, random);
    if (!verdict.allowed) {
      counts.denied += 1;
      continue;
    }
    const by = command.verb === 'withdraw' || command.verb === 'revoke' ? who : actingAs(who, verdict);
    const { write, result } = applyRebuildCommand(before, command, by, clock.now, policy);
    if (write) record = { ...write.rebuild, version: before.version + 1 };
    if (write && command.verb === 'scale' && result.ok && !result.held) scaled = who;
    const blind = command.verb === 'approve' && command.hash === undefined;
    oracle.command(before, record, command, by, clock.now, blind ? shownOf(before) : (sight?.shown ?? ''));
    if (record.approval !== before.approval) counts.approved += 1;
    else if (!result.ok) counts.refused += 1;
    else if (result.held) counts.held += 1;
    else counts.taken += 1;
  }
  await pass(brief ? 10_000 : 30 * minute);
  return { seed, breaches: oracle.breaches, rebuild: record, counts };
};

/** As the service asks access; now and then the record has moved on since, so that the decider alone must hold. */
const mayDo = async (
  access: AccessPort,
  by: Person,
  { verb }: RebuildCommand,
  rebuild: Rebuild,
  random: Random,
): Promise<AccessVerdict> => {
  if (verb === 'withdraw' || verb === 'revoke' || verb === 'review')
    return { allowed: true, role: 'whoever asked', through: by.id };
  const askers = (verb === 'approve' && random.next() < 0.9 && pendingOf(rebuild)?.askers) || [];
  const without = selfAmong(askers, by) ? [] : rolesOfAskers(askers);
  return access.check(by, verb, rebuild.plan.instance, without);
};

const aBeginning = (random: Random, environment: string, alice: Person): Rebuild => {
  const make = random.next() < 0.3 ? aGitopsInstance : anInstance;
  const engine = random.pick(['balance', 'farm']);
  const instance = make({
    ...{ engine, approval: true, minimum: 4, maximum: 40 },
    ...(environment !== 'commercial' && { environment }),
  });
  const plan = aPlan({ instance, farmers: 8, forced: random.next() < 0.2 });
  const ticket = random.pick(['none', 'open', 'wanted']);
  return aRebuild({
    plan,
    // From before roles were on record, by a person, or by a route.
    by:
      random.next() < 0.1
        ? alice
        : { ...alice, as: { role: random.pick(['sre', 'lead']), through: 'S0SRE' } },
    ...(random.next() < 0.2 && { by: { id: 'farmhand' } }),
    ticket: { state: ticket, entries: [], count: 0, attempts: 0 },
  });
};

const aCommand = (random: Random, hash: string | undefined): RebuildCommand => {
  const reason = 'simulated';
  const roll = random.next();
  if (roll < 0.35) return { verb: 'approve', ...(hash !== undefined && random.next() < 0.9 && { hash }) };
  if (roll < 0.5) {
    // Within what was approved, and beyond it.
    return { verb: 'scale', farmers: random.next() < 0.5 ? random.between(4, 8) : random.between(3, 40) };
  }
  if (roll < 0.6) return { verb: 'pause', reason };
  if (roll < 0.72) return { verb: 'resume' };
  if (roll < 0.77) return { verb: 'retry' };
  if (roll < 0.78) return { verb: 'cancel', reason };
  if (roll < 0.82) return { verb: 'withdraw' };
  if (roll < 0.84) return { verb: 'revoke' };
  const kind = random.pick(kinds);
  const step = random.pick(stepNames);
  return {
    verb: 'override',
    kind,
    reason,
    ...((kind === 'retry_from' || (kind === 'skip_step' && random.next() < 0.7)) && { step }),
    ...(kind === 'accept_farmers' && { amount: random.between(1, 8) }),
    ...((kind === 'extend_deadline' || kind === 'extend_limit') && {
      amount: random.between(1, 60) * minute,
    }),
  };
};
