import type { Person } from '../../../src/core/person.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { AskedChange } from '../../../src/rebuild/model/parts/grant.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { guardianOrder, isForced, keepsFarmers } from '../../../src/rebuild/model/record.ts';
import type { Truth } from './people.ts';

/**
 * What another person has agreed to, kept apart from the record and without its code: by what was said, by whom, and
 * what stood on the record when somebody approved.
 */
export interface Allowed {
  readonly farmers: number;
  readonly minimum: number;
  readonly forced: boolean;
  readonly skipped: ReadonlySet<string>;
  readonly accepted: number;
  /** By step; ms. */
  readonly extended: ReadonlyMap<string, number>;
  readonly longer: number;
  readonly back: number;
  readonly keepFarmers: boolean;
  readonly keepGuardian: boolean;
}

const planned = ({ plan }: Rebuild): Allowed => ({
  farmers: plan.farmers,
  minimum: plan.minimum,
  forced: plan.forced,
  skipped: new Set(),
  accepted: Number.POSITIVE_INFINITY,
  extended: new Map(),
  longer: 0,
  back: 0,
  keepFarmers: false,
  keepGuardian: false,
});

const with_ = (from: Allowed, { wish }: AskedChange): Allowed => {
  if (wish.verb === 'scale') return { ...from, farmers: Math.max(from.farmers, wish.farmers) };
  const { kind, step = '', amount = 0 } = wish;
  switch (kind) {
    case 'skip_step':
      return { ...from, skipped: new Set([...from.skipped, step]) };
    case 'accept_farmers':
      return {
        ...from,
        minimum: Math.min(from.minimum, amount),
        accepted: Math.min(from.accepted, amount),
      };
    case 'extend_deadline':
      return {
        ...from,
        extended: new Map([...from.extended, [step, (from.extended.get(step) ?? 0) + amount]]),
      };
    case 'extend_limit':
      return { ...from, longer: from.longer + amount };
    case 'force':
      return { ...from, forced: true };
    case 'retry_from':
      return { ...from, back: from.back + 1 };
    case 'keep_farmers':
      return { ...from, keepFarmers: true };
    case 'keep_guardian':
      return { ...from, keepGuardian: true };
    default:
      return from;
  }
};

/** What the record would do that was not agreed to; a sentence for each. */
const exceeds = (allowed: Allowed, rebuild: Rebuild): readonly string[] => {
  const { farmers, overrides, steps, phase } = rebuild;
  const of = (kind: string) => overrides.filter((override) => override.kind === kind);
  const extended = new Map<string, number>();
  for (const { step = '', amount = 0 } of of('extend_deadline')) {
    extended.set(step, (extended.get(step) ?? 0) + amount);
  }
  return [
    ...(Math.max(farmers.target, farmers.wanted) > allowed.farmers ? ['farmers'] : []),
    ...(farmers.minimum < allowed.minimum ? ['minimum'] : []),
    ...(isForced(rebuild) && !allowed.forced ? ['forced'] : []),
    ...(phase === 'running'
      ? steps
          .filter(({ name, state }) => state === 'skipped' && !allowed.skipped.has(name))
          .map(({ name }) => `skipped ${name}`)
      : []),
    ...(of('accept_farmers').some(({ amount = 0 }) => amount < allowed.accepted) ? ['accepted'] : []),
    ...[...extended].flatMap(([step, ms]) =>
      ms > (allowed.extended.get(step) ?? 0) ? [`extended ${step}`] : [],
    ),
    ...(of('extend_limit').reduce((sum, { amount = 0 }) => sum + amount, 0) > allowed.longer
      ? ['longer']
      : []),
    ...(of('retry_from').length > allowed.back ? ['back'] : []),
    ...(keepsFarmers(rebuild) && !allowed.keepFarmers ? ['keep farmers'] : []),
    ...(guardianOrder(rebuild) === 'keep' && !allowed.keepGuardian ? ['keep guardian'] : []),
  ];
};

/** All that a person is shown of what is to be approved. */
export const shownOf = ({ plan, asked, approval }: Rebuild): string =>
  JSON.stringify([plan, asked, approval]);

export interface Checked {
  readonly plan: string;
  readonly at: number;
}

/** Watches every write of one rebuild that needs an approval. */
export const createOracle = (first: Rebuild, valid: number, truth: Truth) => {
  const breaches: string[] = [];
  const say = (text: string): void => {
    if (breaches.length < 10) breaches.push(text);
  };
  const person = ({ id }: Person): boolean => /^[UW]/.test(id);
  const asking = new Set<string>(person(first.by) ? [first.by.id] : []);
  /** Roles that let somebody ask for a part. */
  const used = new Set<string>(first.by.as ? [first.by.as.role] : []);
  const asks = ({ id, as }: Person): void => {
    asking.add(id);
    if (as) used.add(as.role);
  };
  let approver: { readonly id: string; readonly role: string | undefined } | undefined;
  let allowed: Allowed | undefined;
  /** Agreed to once, too long ago: it may stay on the record, and is shown again with the rest; nothing is done on it. */
  let lapsed: Allowed = planned(first);
  let since = 0;
  let confirmed: string | undefined;

  const held = (after: Rebuild, who: string): void => {
    if (after.approval === undefined && allowed) {
      lapsed = allowed;
      allowed = undefined;
    }
    const bad = exceeds(allowed ?? lapsed, after);
    if (bad.length > 0) say(`${who}: ${bad.join(', ')} and nobody else approved it`);
  };

  const approved = (before: Rebuild, after: Rebuild, by: Person, now: number, shown: string): void => {
    const stale =
      allowed === undefined ||
      before.approval === undefined ||
      (before.effects.every(({ state }) => state === 'failed') &&
        before.steps.every(
          ({ name, state }) => name === 'preflight' || name === 'ticket' || state !== 'done',
        ) &&
        now - since >= valid);
    if (!person(by)) say(`${by.id} is no person and approved`);
    const waiting = before.asked ?? [];
    const all = [
      ...asking,
      ...waiting.map((part) => part.by.id),
      ...(confirmed === undefined ? [] : [confirmed]),
    ];
    if (all.some((id) => truth.same(id, by.id))) say(`${by.id} asked for it and approved it: ${all.join()}`);
    if (used.has(by.as?.role ?? '') || waiting.some((part) => part.by.as?.role === by.as?.role && by.as)) {
      say(`${by.id} approved through ${by.as?.role}, which let somebody ask`);
    }
    if (!truth.mayApprove(by.id, by.as?.role)) say(`${by.id} approved without a role (${by.as?.role})`);
    if (after.approval?.by.as?.role !== by.as?.role) say('the role of the approver is not on record');
    approver = { id: by.id, role: by.as?.role };
    if (before.asked?.some((part) => part.by.id === by.id)) say(`${by.id} asked for a part and approved it`);
    if (shown !== shownOf(before)) say(`${by.id} approved what was not shown`);
    if (!person(first.by) && confirmed === undefined) say('one person alone, after a route');
    allowed = stale ? (allowed ?? lapsed) : (before.asked ?? []).reduce(with_, allowed ?? lapsed);
    if (!stale) for (const part of before.asked ?? []) asks(part.by);
    since = now;
    held(after, `approved by ${by.id}`);
  };

  return {
    breaches,
    /** `shown`: what the person had before their eyes, `shownOf` a record. */
    command: (
      before: Rebuild,
      after: Rebuild,
      command: RebuildCommand,
      by: Person,
      now: number,
      shown: string,
    ): void => {
      if (after.asked !== before.asked && command.verb !== 'approve') {
        if (allowed === undefined) say(`${command.verb} was taken before any approval`);
        const parts = after.asked?.filter((part) => !before.asked?.includes(part)) ?? [];
        if (parts.some((part) => part.by.id !== by.id)) say('asked in another one’s name');
      }
      if (
        command.verb === 'revoke' &&
        before.approval &&
        !after.approval &&
        !truth.same(approver?.id ?? '', by.id)
      ) {
        say(`${by.id} took back the approval of ${approver?.id}`);
      }
      if (command.verb === 'withdraw') {
        const gone = before.asked?.filter((part) => !after.asked?.includes(part)) ?? [];
        if (gone.some((part) => part.by.id !== by.id)) say('took back what another one asked for');
        const theirs = [before.by, before.confirmed?.by].some((who) => who?.id === by.id);
        if (after.phase !== before.phase && !theirs) say(`${by.id} took back another one’s rebuild`);
      }
      if (
        (command.verb === 'scale' || command.verb === 'override') &&
        (after.farmers.target !== before.farmers.target || after.overrides.length > before.overrides.length)
      ) {
        asks(by);
      }
      if (command.verb !== 'approve') {
        held(after, `${command.verb} by ${by.id}`);
        const free = ['pause', 'resume', 'cancel', 'withdraw'].includes(command.verb);
        if (allowed === undefined && !free && before.phase === 'running' && after.effects.length === 0) {
          if (
            JSON.stringify([before.steps, before.farmers]) !== JSON.stringify([after.steps, after.farmers])
          ) {
            say(`${command.verb} by ${by.id} before any approval`);
          }
        }
        return;
      }
      if (after.confirmed !== before.confirmed) {
        confirmed = by.id;
        if ([...asking].some((id) => truth.same(id, by.id))) say(`${by.id} asked for it and confirmed it`);
        if (!person(by)) say(`${by.id} is no person and confirmed`);
      }
      if (after.approval === before.approval) held(after, `approve by ${by.id}`);
      else approved(before, after, by, now, shown);
    },
    /** `checked`: when the world was last looked at for the plan, and which plan that gave. */
    drive: (before: Rebuild, after: Rebuild, now: number, checked: Checked | undefined): void => {
      held(after, 'drive');
      if (after.confirmed === undefined && confirmed !== undefined) {
        confirmed = undefined;
      }
      const claimed = after.effects.find(
        ({ state, claim }) => state === 'claimed' && !before.effects.some((old) => old.claim === claim),
      );
      if (!claimed || after.phase !== 'running') return;
      const { effect, key } = claimed;
      if (allowed === undefined) say(`${key} without an approval`);
      else if (effect.kind === 'scale' && effect.role === 'farmer' && effect.to > allowed.farmers) {
        say(`${key}: ${effect.to} farmers`);
      }
      const begun = before.effects.some(({ state }) => state !== 'failed');
      if (begun) return;
      if (approver && !truth.mayApprove(approver.id, approver.role)) {
        say(`${key}: begun on the approval of ${approver.id}, who had left ${approver.role}`);
      }
      if (now - since >= valid) say(`${key}: begun ${now - since} ms after its approval`);
      if (checked?.plan !== after.plan.hash || now - checked.at > 5_000) {
        say(`${key}: begun without a look at the world`);
      }
    },
  };
};
