import { expect, test } from 'vitest';
import type { AccessRole } from '../../src/access/access.ts';
import { createAccess } from '../../src/access/check.ts';
import { type AccessRules, inNoGroup } from '../../src/access/decide-access.ts';
import { alertVerbs, rebuildVerbs, type Verb } from '../../src/access/verbs.ts';
import { applyRebuildCommand } from '../../src/rebuild/commands/apply-command.ts';
import { allowedTable } from '../../src/rebuild/model/allowed.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { noControls } from '../../src/rebuild/model/rules/rules.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { type StepName, stepNames } from '../../src/rebuild/model/steps.ts';
import { anInstance, aPlan, inStep, startedAt } from '../builders/rebuild.ts';

/** The full product: role × verb × environment × instance, and × state of a rebuild, against tables that people wrote. */
const role = (
  name: string,
  verbs: AccessRole['verbs'],
  environments: readonly string[],
  instances: readonly string[] = ['*'],
): AccessRole => ({ name, verbs, environments, instances });

const roles = [
  role('star', ['*'], ['*']),
  role('commercial', ['*'], ['commercial']),
  role('gov', ['*', 'approve', 'break_glass'], ['gov']),
  role('approver', ['approve'], ['*']),
  role('watcher', ['status', 'plan', 'doctor', 'audit'], ['*'], ['system*']),
  role('one', ['start', 'silence', 'ticket'], ['gov', 'commercial'], ['systemgov1']),
];
const rules: AccessRules = {
  roles,
  users: Object.fromEntries(roles.map(({ name }) => [name, [name]])),
  groups: {},
  environments: { gov: { instances: ['systemgov*'] } },
};
const access = createAccess({
  rules: () => rules,
  groupsOf: async () => inNoGroup,
  // `lab1` cannot be read; `edge1` says an environment of its own; all others say nothing.
  valuesOf: async (name) => (name === 'lab1' ? undefined : name === 'edge1' ? { environment: 'edge' } : {}),
});
const verbs: readonly Verb[] = [...rebuildVerbs, ...alertVerbs];
const places = ['system6', 'systemgov1', 'edge1', 'lab1', ''] as const;
const star =
  'start scale pause resume cancel retry override freeze thaw status plan doctor audit silence ticket';
const everything = `${star} approve break_glass`;

/** Who may what where: all that is not here is denied. `''`: an alert that names no instance. */
const table: Readonly<Record<string, Readonly<Record<(typeof places)[number], string>>>> = {
  star: { system6: star, systemgov1: star, edge1: star, lab1: star, '': star },
  commercial: { system6: star, systemgov1: '', edge1: '', lab1: '', '': '' },
  gov: { system6: '', systemgov1: everything, edge1: '', lab1: '', '': '' },
  approver: { system6: 'approve', systemgov1: 'approve', edge1: 'approve', lab1: 'approve', '': 'approve' },
  watcher: {
    ...{ system6: 'status plan doctor audit', systemgov1: 'status plan doctor audit' },
    ...{ edge1: '', lab1: '', '': '' },
  },
  one: { system6: '', systemgov1: 'start silence ticket', edge1: '', lab1: '', '': '' },
  nobody: { system6: '', systemgov1: '', edge1: '', lab1: '', '': '' },
};

test.each(Object.keys(table))(
  'the role %s allows what the table says, of each instance, and nothing else',
  async (id) => {
    for (const place of places) {
      const may: Verb[] = [];
      for (const verb of verbs) {
        const verdict = await access.check({ id }, verb, place);
        if (verdict.allowed) may.push(verb);
        // A refusal says so of this verb, and names roles that would do.
        else expect(verdict.says).toMatch(/^You may not /);
        if (!verdict.allowed) {
          const would = roles.filter(({ name }) => table[name]?.[place].split(' ').includes(verb));
          expect(verdict.roles, `${verb} ${place}`).toEqual(would.map(({ name }) => name));
        }
      }
      expect(may.toSorted(), `${id} on ${place}`).toEqual(
        table[id]?.[place].split(' ').filter(Boolean).toSorted(),
      );
    }
  },
);

const now = startedAt + 60_000;
const reason = 'known risk';
const commands: Readonly<
  Record<string, Exclude<RebuildCommand, { verb: 'withdraw' | 'revoke' | 'review' }>>
> = {
  scale: { verb: 'scale', farmers: 3 },
  more: { verb: 'scale', farmers: 9 },
  pause: { verb: 'pause', reason },
  resume: { verb: 'resume' },
  cancel: { verb: 'cancel', reason },
  retry: { verb: 'retry' },
  override: { verb: 'override', kind: 'keep_farmers', reason },
  approve: { verb: 'approve' },
};
const instance = anInstance({ name: 'systemgov1', environment: 'gov', approval: true });
const plan = aPlan({ instance, farmers: 4 });
const alice = { id: 'U0ALICE', as: { role: 'star', through: 'U0ALICE' } };
const ask = { code: 'approval', what: 'a person is needed', options: [], since: 5 } as const;
const waiting: Rebuild = (() => {
  const rebuild = inStep('ticket', { state: 'waiting', ask }, { plan, by: alice });
  return { ...rebuild, farmers: { ...rebuild.farmers, target: 4 } };
})();
const approved = (rebuild: Rebuild): Rebuild => {
  const by = { id: 'U0DAN', as: { role: 'approver', through: 'U0DAN' } };
  const { write } = applyRebuildCommand(rebuild, { verb: 'approve' }, by, now, { remind: 1 });
  const done = write?.rebuild ?? rebuild;
  return { ...done, steps: done.steps.map(({ ask: _, ...step }) => step) };
};
const end = { at: now, by: alice, reason, step: 'farmers', errors: [] } as const;
const freeze = { n: 1, by: { id: 'U0EVE' }, at: 5, reason };
const pause = { state: 'paused', by: alice, reason, at: 5, pausedAt: 6, remindAt: 9 } as const;
/** What lies over a step. */
const overlays = {
  none: (rebuild: Rebuild): Rebuild => rebuild,
  pausing: (rebuild: Rebuild): Rebuild => ({
    ...rebuild,
    pause: { state: 'pausing', by: alice, reason, at: 5, remindAt: 9 },
  }),
  paused: (rebuild: Rebuild): Rebuild => ({ ...rebuild, pause }),
  frozen: (rebuild: Rebuild): Rebuild => ({ ...rebuild, frozen: { at: 5, by: [freeze], remindAt: 9 } }),
  asks: (rebuild: Rebuild): Rebuild => withAsk(rebuild, { ...ask, code: 'stalled' }),
  // A change that may have been made, and that nobody knows of.
  'in doubt': (rebuild: Rebuild): Rebuild => ({ ...rebuild, effects: [doubt] }),
} as const;
type Overlay = keyof typeof overlays;
const doubt = {
  ...{
    key: 'x/farmer/1',
    claim: 'p1.1',
    step: 'farmers',
    state: 'claimed',
    at: 5,
    tries: 1,
    error: 'no answer',
  },
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 4 },
} as unknown as Rebuild['effects'][number];
const withAsk = (rebuild: Rebuild, given: object): Rebuild => ({
  ...rebuild,
  steps: rebuild.steps.map((step) =>
    step.state === 'running' || step.state === 'waiting'
      ? ({ ...step, state: 'waiting', ask: given } as typeof step)
      : step,
  ),
});
const phases = {
  cancelling: { phase: 'cancelling', end },
  failing: { phase: 'failing', end },
  released: { phase: 'released', end, endedAt: now },
  cancelled: { phase: 'cancelled', end, endedAt: now },
  failed: { phase: 'failed', end, endedAt: now },
} as const;
type Phase = keyof typeof phases;

interface Case {
  readonly name: string;
  readonly rebuild: Rebuild;
  readonly is: {
    readonly approved: boolean;
    readonly step: StepName;
    readonly overlay: Overlay;
    readonly phase: Phase | 'running';
  };
}

const at = (step: StepName): Rebuild => {
  const rebuild = approved(waiting);
  const { steps, farmers, synchronizer } = inStep(step, {}, { plan, by: alice });
  return {
    ...rebuild,
    steps,
    farmers: { ...farmers, target: 4, wanted: Math.min(4, farmers.wanted) },
    synchronizer,
  };
};

/** Every step that an approved rebuild can be in, with everything that can lie over it, and every end; and unapproved. */
const cases: readonly Case[] = [
  ...(['none', 'pausing', 'paused', 'frozen'] as const).map((overlay) => ({
    name: `waiting for approval, ${overlay}`,
    rebuild: overlays[overlay](waiting),
    is: { approved: false, step: 'ticket', overlay, phase: 'running' } as const,
  })),
  ...stepNames
    .filter((step) => step !== 'preflight')
    .flatMap((step) =>
      (Object.keys(overlays) as Overlay[]).map((overlay) => ({
        name: `${step}, ${overlay}`,
        rebuild: overlays[overlay](at(step)),
        is: { approved: true, step, overlay, phase: 'running' } as const,
      })),
    ),
  ...(Object.keys(phases) as Phase[]).flatMap((phase) =>
    (['farmers', 'rebuild', 'teardown'] as const).map((step) => ({
      name: `${phase} from ${step}`,
      rebuild: { ...at(step), ...phases[phase] },
      is: { approved: true, step, overlay: 'none', phase } as const,
    })),
  ),
];

const policyOf = (overlay: Overlay) => ({
  remind: 1,
  controls: () => ({
    ...noControls('gov'),
    freezes: { now: overlay === 'frozen' ? [freeze] : [], ended: [] },
  }),
});

type Answer = 'done' | 'held' | 'already' | 'no';

/** What a state answers to whoever may, by rules that people can say: nothing here is asked of the code. */
const expected = (name: string, { approved: agreed, step, overlay, phase }: Case['is']): Answer => {
  const over = phase === 'released' || phase === 'cancelled' || phase === 'failed';
  const stopped = overlay === 'pausing' || overlay === 'paused';
  // Once the caches are rebuilt nobody needs farmers.
  const needed = stepNames.indexOf(step) <= stepNames.indexOf('rebuild');
  if (over) return 'no';
  // People have frozen it: no order that would change a cluster, whoever gives it; what was approved is so.
  if (overlay === 'frozen' && name !== 'pause' && name !== 'cancel')
    return name === 'approve' && agreed ? 'already' : 'no';
  switch (name) {
    case 'pause':
      return phase !== 'running' ? 'no' : stopped ? 'already' : 'done';
    case 'cancel':
      return phase === 'running' ? 'done' : 'no';
    case 'resume':
      return stopped && phase === 'running' ? 'done' : 'no';
    case 'retry':
      return agreed && overlay === 'asks' ? 'done' : 'no';
    case 'approve':
      return agreed ? 'already' : 'done';
    case 'override':
      // To keep farmers that are gone is nothing to ask for.
      return agreed && stepNames.indexOf(step) <= stepNames.indexOf('teardown') ? 'held' : 'no';
    default:
      if (!agreed || phase !== 'running' || !needed) return 'no';
      return name === 'more' ? 'held' : 'done';
  }
};

test('the cases are of every status that a rebuild can be in, but the guardian’s: its question is of a step of its own', () => {
  const seen = new Set(cases.map(({ rebuild }) => statusOfRebuild(rebuild)));
  expect(Object.keys(allowedTable).filter((status) => !seen.has(status as never))).toEqual(['guardian']);
});

test.each(cases)(
  '$name: each command by each role is denied, or is what the rules say',
  async ({ rebuild, is }) => {
    const found: Record<string, string> = {};
    for (const id of Object.keys(table)) {
      for (const [name, command] of Object.entries(commands)) {
        const verdict = await access.check({ id }, command.verb, instance);
        expect(verdict.allowed).toBe(table[id]?.systemgov1.split(' ').includes(command.verb));
        if (!verdict.allowed) continue;
        const by = { id: 'U0BOB', as: { role: verdict.role, through: verdict.through } };
        const { result } = applyRebuildCommand(rebuild, command, by, now, policyOf(is.overlay));
        const said = !result.ok ? 'no' : result.held ? 'held' : result.changed ? 'done' : 'already';
        expect([`${name} by ${id}`, said]).toEqual([`${name} by ${id}`, found[name] ?? said]);
        found[name] = said;
      }
    }
    const wanted = Object.fromEntries(Object.keys(commands).map((name) => [name, expected(name, is)]));
    expect(found).toEqual(wanted);
  },
);
