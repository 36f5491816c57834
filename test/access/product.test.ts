import { expect, test } from 'vitest';
import type { AccessRole } from '../../src/access/access.ts';
import { createAccess } from '../../src/access/check.ts';
import { type AccessRules, inNoGroup } from '../../src/access/decide-access.ts';
import { alertVerbs, rebuildVerbs, type Verb } from '../../src/access/verbs.ts';
import { applyRebuildCommand } from '../../src/rebuild/commands/apply-command.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
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
const star = 'start scale pause resume cancel retry override status plan doctor audit silence ticket';
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
const pause = { state: 'paused', by: alice, reason, at: 5, pausedAt: 6, remindAt: 9 } as const;
const states: Readonly<Record<string, Rebuild>> = {
  waiting,
  approved: approved(waiting),
  paused: { ...approved(waiting), pause },
  cancelling: { ...approved(waiting), phase: 'cancelling', end },
  released: { ...approved(waiting), phase: 'released', end, endedAt: now },
};

/** What a state answers to a command, for whoever may: done, held for another person, already so, or not now. */
const answers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  waiting: {
    ...{ scale: 'no', more: 'no', pause: 'done', resume: 'no', cancel: 'done', retry: 'no' },
    ...{ override: 'no', approve: 'done' },
  },
  approved: {
    ...{ scale: 'done', more: 'held', pause: 'done', resume: 'no', cancel: 'done', retry: 'no' },
    ...{ override: 'held', approve: 'already' },
  },
  paused: {
    ...{ scale: 'done', more: 'held', pause: 'already', resume: 'done', cancel: 'done', retry: 'no' },
    ...{ override: 'held', approve: 'already' },
  },
  cancelling: {
    ...{ scale: 'no', more: 'no', pause: 'no', resume: 'no', cancel: 'no', retry: 'no' },
    ...{ override: 'held', approve: 'already' },
  },
  released: {
    ...{ scale: 'no', more: 'no', pause: 'no', resume: 'no', cancel: 'no', retry: 'no' },
    ...{ override: 'no', approve: 'no' },
  },
};

test.each(Object.keys(states))(
  '%s: each command by each role is denied, or is what the state answers',
  async (state) => {
    const rebuild = states[state] as Rebuild;
    const found: Record<string, string> = {};
    for (const id of Object.keys(table)) {
      for (const [name, command] of Object.entries(commands)) {
        const verdict = await access.check({ id }, command.verb, instance);
        expect(verdict.allowed).toBe(table[id]?.systemgov1.split(' ').includes(command.verb));
        if (!verdict.allowed) continue;
        const by = { id: 'U0BOB', as: { role: verdict.role, through: verdict.through } };
        const { result } = applyRebuildCommand(rebuild, command, by, now, { remind: 1 });
        const said = !result.ok ? 'no' : result.held ? 'held' : result.changed ? 'done' : 'already';
        expect([`${name} by ${id}`, said]).toEqual([`${name} by ${id}`, answers[state]?.[name]]);
        found[name] = said;
      }
    }
    expect(found).toEqual(answers[state]);
  },
);
