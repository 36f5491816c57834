import type { Mutant } from '../alerts/mutants.ts';

const authority = 'src/rebuild/model/authority.ts';
const approval = 'src/rebuild/model/approval.ts';
const apply = 'src/rebuild/commands/apply-approval.ts';
const gate = 'src/rebuild/reconcile/gate.ts';
const breaks = 'I7';

/** Planted bugs in the gate of approval: the simulator must notice each of them. */
export const approvalMutants: readonly Mutant[] = [
  {
    name: 'a pause opens the table before the approval',
    breaks,
    file: 'src/rebuild/model/allowed.ts',
    find: 'if (barred !== undefined) return barred;',
    replace: 'if (barred !== undefined && !rebuild.pause) return barred;',
  },
  {
    name: 'more farmers count as approved',
    breaks,
    file: authority,
    find: 'wanted.farmers > granted.farmers',
    replace: 'wanted.farmers > granted.farmers + 5',
  },
  {
    name: 'forced counts as approved',
    breaks,
    file: authority,
    find: 'wanted.forced && !granted.forced',
    replace: 'wanted.forced && granted.farmers < 0',
  },
  {
    name: 'a skipped step counts as approved',
    breaks,
    file: authority,
    find: '!granted.skipped.includes(step)',
    replace: 'granted.farmers < 0',
  },
  {
    name: 'an extended limit counts as approved',
    breaks,
    file: authority,
    find: 'return more > 0 ?',
    replace: 'return more > 60 * 60_000 ?',
  },
  {
    name: 'going back counts as approved',
    breaks,
    file: authority,
    find: 'wanted.back.slice(granted.back.length)',
    replace: 'wanted.back.slice(granted.back.length + 1)',
  },
  {
    name: 'kept farmers count as approved',
    breaks,
    file: authority,
    find: 'wanted.keepFarmers && !granted.keepFarmers',
    replace: 'wanted.keepFarmers && granted.farmers < 0',
  },
  {
    name: 'fewer farmers count as approved',
    breaks,
    file: authority,
    find: '(granted.accepted ?? Number.POSITIVE_INFINITY)',
    replace: '(granted.accepted ?? 5)',
  },
  {
    name: 'whoever asked for a part may approve the whole',
    breaks,
    file: approval,
    find: '...changes.map((change) => change.by),',
    replace: '',
  },
  {
    name: 'whoever asked may approve',
    breaks,
    file: apply,
    find: 'const self = selfAmong(pending.askers, by);',
    replace: 'const self = selfAmong([], by);',
  },
  {
    name: 'a second account of whoever asked may approve',
    breaks,
    file: approval,
    find: 'askers.find(({ id }) => id === by.id) ?? askers.find((asker) => isSamePerson(asker, by));',
    replace: 'askers.find(({ id }) => id === by.id);',
  },
  {
    name: 'aliases of one mailbox are two people',
    breaks,
    file: 'src/core/person.ts',
    find: ".replace(/\\+[^@]*(?=@)/, '')",
    replace: '',
  },
  {
    name: 'a role that let somebody ask lets another approve',
    breaks,
    file: apply,
    find: 'if (by.as && rolesOfAskers(pending.askers).includes(by.as.role)) {',
    replace: 'if (by.as && pending.askers.length > 99) {',
  },
  {
    name: 'whoever scaled may approve',
    breaks,
    file: 'src/rebuild/commands/apply-command.ts',
    find: '...withAsker(rest, by),',
    replace: '...rest,',
  },
  {
    name: '* includes approve',
    breaks,
    file: 'src/access/verbs.ts',
    find: "['approve', 'break_glass'];",
    replace: "['break_glass'];",
  },
  {
    name: 'a role counts in every environment',
    breaks,
    file: 'src/access/decide-access.ts',
    find: 'environments.every((each) => role.environments.includes(each))',
    replace: 'environments.every((each) => role.environments.length + each.length > 0)',
  },
  {
    name: 'whoever has left may have approved',
    breaks,
    file: gate,
    find: 'if (!approver.value.may) return',
    replace: 'if (!approver.value.may && now < 0) return',
  },
  {
    name: 'an approval never grows old',
    breaks,
    file: approval,
    find: 'now - rebuild.approval.at >= valid',
    replace: 'now - rebuild.approval.at >= valid * 100',
  },
  {
    name: 'a click on what was shown before approves what is asked for now',
    breaks,
    file: apply,
    find: 'given === undefined ||',
    replace: 'given !== "" ||',
  },
  {
    name: 'a route counts as a person',
    breaks,
    file: approval,
    find: '!isPerson(rebuild.by) &&',
    replace: 'rebuild.by.id === "" &&',
  },
  {
    name: 'a bot may approve',
    breaks,
    file: 'src/rebuild/commands/apply-command.ts',
    find: '!isPerson(by) ||',
    replace: '',
  },
  {
    name: 'begin on another world than the one that was approved',
    breaks,
    file: gate,
    find: 'if (plan.value.plan.hash === rebuild.plan.hash)',
    replace: 'if (plan.value.plan.hash !== "")',
  },
];
