/** Who must still approve what of a rebuild. It follows from the record alone, never from the state that is shown. */

import { sha256 } from '../../core/hash.ts';
import { isSamePerson, type Person } from '../../core/person.ts';
import { authorityOf, beyond, plannedAuthority, widened } from './authority.ts';
import type { CommandVerb } from './command.ts';
import type { AskedChange, Authority } from './parts/grant.ts';
import type { Rebuild } from './rebuild.ts';
import { hasEnded, openIntervention } from './record.ts';
import { controlledExcess, glassHolds, isControlled, openGlass, twoPeopleOf } from './rules/controlled.ts';
import { isEarly } from './steps.ts';

/** An approval counts for so long, unless the config says otherwise, until the first change is made; ms. */
export const approvalValidMs = 15 * 60_000;

/** When it is asked: an approval grows old. */
export interface Moment {
  readonly now: number;
  /** How long an approval counts before anything is begun; ms. */
  readonly valid: number;
}

/** Somebody with a Slack user id; not a route, not farmhand itself, no bot. */
export const isPerson = ({ id }: Person): boolean => /^[UW][A-Z0-9]+$/.test(id) && id !== 'USLACKBOT';

/** Also where the record asks for it and the plan does not say so: in doubt it is needed. */
export const needsApproval = (rebuild: Rebuild): boolean =>
  twoPeopleOf(rebuild).includes('start') || openIntervention(rebuild)?.code === 'approval';

/** Some of what may be asked of it needs a second person, if not all of it. */
const isGuarded = (rebuild: Rebuild): boolean => isControlled(rebuild) || needsApproval(rebuild);

/** It made a change of the world, or may have. What surely failed leaves it as it was. */
export const hasChanged = ({ effects }: Rebuild): boolean => effects.some(({ state }) => state !== 'failed');

/** The same, or it builds on what somebody else had changed for it. */
export const hasTouched = (rebuild: Rebuild): boolean =>
  hasChanged(rebuild) || rebuild.steps.some(({ name, state }) => !isEarly(name) && state === 'done');

/** What was approved; undefined while nothing is. Whether that is too long ago is another question. */
export const grantsOf = (rebuild: Rebuild): Authority | undefined => {
  const { approval, plan, by } = rebuild;
  // Where nobody need agree to the plan, it is granted as if somebody had.
  if (!approval && !needsApproval(rebuild)) return plannedAuthority(plan);
  if (approval?.planHash !== plan.hash || isSamePerson(approval.by, by)) return undefined;
  if (approval.grants) return approval.grants;
  // From before approvals named what they grant: the plan and nothing else, and only where it has begun on it.
  return hasTouched(rebuild) ? plannedAuthority(plan) : undefined;
};

/** The approval is too old to begin on. Once something was begun it does not grow old. */
export const isExpired = (rebuild: Rebuild, { now, valid }: Moment): boolean =>
  rebuild.approval !== undefined && !hasTouched(rebuild) && now - rebuild.approval.at >= valid;

/** All that the record would do is approved, or needs no approval. A broken glass is no approval. */
export const isCovered = (rebuild: Rebuild): boolean => {
  if (!isGuarded(rebuild)) return true;
  const granted = grantsOf(rebuild);
  return (
    granted !== undefined && controlledExcess(rebuild, beyond(granted, authorityOf(rebuild))).length === 0
  );
};

/** Nobody need agree before it goes on: it is covered, or the glass is broken for it. */
export const isFree = (rebuild: Rebuild): boolean => openGlass(rebuild) !== undefined || isCovered(rebuild);

/** Whether the world may be changed for it, the teardown left aside. */
export const mayAct = (rebuild: Rebuild, at: Moment): boolean =>
  glassHolds(rebuild, at.now) || (isCovered(rebuild) && !isExpired(rebuild, at));

/** What waits for the approval of another person. */
export interface Pending {
  /** The whole rebuild, or more than was approved of it. */
  readonly kind: 'plan' | 'change';
  /** All that it may do once this is approved. */
  readonly authority: Authority;
  readonly changes: readonly AskedChange[];
  /** None of them may approve it: each asked for a part. */
  readonly askers: readonly Person[];
  /** No person asked for it: one confirms it first, another one approves. */
  readonly unconfirmed: boolean;
  /** Of all of it: what an approve button carries. SHA-256, hex. */
  readonly hash: string;
  /** Of what is asked for alone: the same however often the world is looked at for it. SHA-256, hex. */
  readonly wish: string;
}

/** Undefined when nothing waits for an approval. Without `at` an approval counts whatever its age. */
export const pendingOf = (rebuild: Rebuild, at?: Moment): Pending | undefined => {
  if (hasEnded(rebuild) || !isGuarded(rebuild)) return undefined;
  const granted = grantsOf(rebuild);
  const stands = isCovered(rebuild) && !(at && isExpired(rebuild, at));
  if (!stands || granted === undefined) {
    // A teardown needs nobody, and under a broken glass nothing waits.
    if (openGlass(rebuild)) return undefined;
    return rebuild.phase === 'running' ? pending(rebuild, 'plan', authorityOf(rebuild), []) : undefined;
  }
  const { asked = [] } = rebuild;
  if (asked.length === 0) return undefined;
  const authority = asked.reduce((sum, { wish }) => widened(sum, wish), granted);
  return pending(rebuild, 'change', authority, asked);
};

const pending = (
  rebuild: Rebuild,
  kind: Pending['kind'],
  authority: Authority,
  changes: readonly AskedChange[],
): Pending => {
  // Also whose wish only lapses with the approval of the plan.
  const askers = askersOf(rebuild, rebuild.asked ?? []);
  const unconfirmed = kind === 'plan' && !isPerson(rebuild.by) && rebuild.confirmed === undefined;
  // With the time of the last look, and what was approved before: an old button does not approve the same once more.
  const look = [rebuild.plannedAt, rebuild.approval?.at];
  const asked = changes.map(({ wish, by }) => [wish, by.id]);
  const whole = [rebuild.id, kind, rebuild.plan, look, authority, asked];
  const hash = sha256(JSON.stringify(whole));
  const wish = sha256(JSON.stringify([rebuild.id, kind, rebuild.plan.hash, authority, asked, unconfirmed]));
  return { kind, authority, changes, askers, unconfirmed, hash, wish };
};

/** Whoever asked for any part of what a rebuild does, `changes` included: none of them approves it. */
export const askersOf = (rebuild: Rebuild, changes: readonly AskedChange[] = []): readonly Person[] => {
  const { by, plannedBy, confirmed, raisedBy = [], farmers, overrides } = rebuild;
  return [
    by,
    ...(plannedBy ? [plannedBy] : []),
    // Confirming is half an approval, and done through the same role.
    ...(confirmed ? [withoutRole(confirmed.by)] : []),
    ...raisedBy,
    // Whether it was more or less than planned: who steers does not approve.
    ...(farmers.asked ? [farmers.asked.by] : []),
    ...overrides.map((override) => override.by),
    ...changes.map((change) => change.by),
  ];
};

/** With one more who approves nothing of it: once for each role, since none of them lets anybody approve. */
export const withAsker = (rebuild: Rebuild, by: Person): Rebuild => {
  const { raisedBy = [] } = rebuild;
  const known = raisedBy.some(({ id, as }) => id === by.id && as?.role === by.as?.role);
  return known || !isPerson(by) ? rebuild : { ...rebuild, raisedBy: [...raisedBy, by] };
};

/** The same person, through no role. */
export const withoutRole = ({ as: _, ...person }: Person): Person => person;

/** The roles through which it was asked for: none of them lets anybody approve it. Askers on older records name none. */
export const rolesOfAskers = (askers: readonly Person[]): readonly string[] => [
  ...new Set(askers.flatMap(({ as }) => (as ? [as.role] : []))),
];

/** Whoever of the askers this person is: their account, or else another one with the same e-mail. */
export const selfAmong = (askers: readonly Person[], by: Person): Person | undefined =>
  askers.find(({ id }) => id === by.id) ?? askers.find((asker) => isSamePerson(asker, by));

/** Who of these people has no e-mail on record, so that another account of theirs would not be noticed. */
export const withoutEmail = (people: readonly Person[]): readonly Person[] => {
  const nameless = people.filter((person) => isPerson(person) && person.email === undefined);
  return [...new Map(nameless.map((person) => [person.id, person])).values()];
};

/** It waits for the approval of a second person, and until then nobody may do this. */
export interface AwaitsApproval {
  readonly code: 'awaits_approval';
  readonly verb: 'scale' | 'retry' | 'override';
}

/**
 * The check before every other: why this must not be asked of a rebuild that is not approved as it stands. Only what
 * goes through without an approval passes: status, pause, resume, cancel, approve, withdraw, and the teardown's own retry.
 */
export const barredBy = (rebuild: Rebuild, verb: CommandVerb, at?: Moment): AwaitsApproval | undefined => {
  if (hasEnded(rebuild) || !isGuarded(rebuild)) return undefined;
  if (isCovered(rebuild) && !(at && isExpired(rebuild, at))) return undefined;
  switch (verb) {
    case 'scale':
    case 'override':
      return { code: 'awaits_approval', verb };
    case 'retry':
      return rebuild.phase === 'running' ? { code: 'awaits_approval', verb } : undefined;
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'approve':
    case 'withdraw':
    case 'revoke':
    case 'break_glass':
    case 'review':
      return undefined;
    default:
      return verb satisfies never;
  }
};
