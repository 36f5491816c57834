import { type Message, wordsFrom } from '../../../core/message.ts';
import type { LostName } from '../../model/lost.ts';
import type { PlanDifference } from '../../model/plan-differences.ts';
import type { RebuildId } from '../../model/rebuild-id.ts';
import type { Frozen } from '../../model/rules/windows.ts';
import type { NamedInFlight } from '../../planning/named.ts';
import type { EnvironmentLimit, TierLimit } from '../../ports/store.ts';
import { differenceWords } from '../plan-differences.ts';
import { inFlightWords } from '../planning/problems.ts';
import { breakersWords } from '../rules/bars.ts';
import { thawWords } from '../rules/freezes.ts';
import { frozenWords } from '../rules/frozen.ts';
import { heldWords } from './lost.ts';

type Says = readonly string[];
type Untouched = 'changed' | 'started';

interface Of {
  readonly id: RebuildId;
}
interface For {
  readonly instance: string;
}

/** Why the service does not carry out what is asked, before the record of a rebuild is looked at. */
const serviceDenials = {
  /** `why`: of access. */
  no_role: ({ why }: { readonly why: string }): Says => [why, 'Nothing was changed.'],
  rebuild_lost: ({ lost, nothing }: { readonly lost: LostName; readonly nothing: Untouched }): Says => [
    heldWords(lost),
    `Nothing was ${nothing}.`,
  ],
  /** Records were lost while this was asked. `why`: of the recovery. */
  records_lost: ({ why }: { readonly why: string }): Says => [why, 'Nothing was started. Try again.'],
  recovering: ({ why, nothing }: { readonly why: string; readonly nothing: Untouched }): Says => [
    why,
    `Nothing was ${nothing}. Try again when the message about it in the alert channel says that it is over.`,
  ],

  /** `breakers`: who may break the glass. */
  frozen: ({
    frozen,
    instance,
    breakers,
  }: For & { readonly frozen: Frozen; readonly breakers: readonly string[] }): Says => [
    `Not started: ${frozenWords(frozen)}.`,
    frozen.freezes
      ? `Nothing was started. Start it after the thaw; a plan can be made at any time. ${thawWords(frozen.freezes)}`
      : 'Nothing was started. Start it when the window is over; a plan can be made at any time.',
    breakersWords(breakers, instance),
  ],

  unknown_plan: (): Says => [
    'This plan is no longer known, so nothing was started. Make a new one with /dcr start.',
  ],
  plan_expired: (): Says => [
    'The plan is older than 15 minutes, so nothing was started. This is the current plan.',
  ],
  plan_changed: ({ changes }: { readonly changes: readonly PlanDifference[] }): Says => [
    'The world has changed since this plan was made, so nothing was started. This is the current plan.',
    ...changes.map(differenceWords),
  ],
  instance_busy: ({ instance, id }: For & Of): Says => [
    `${instance} has a rebuild in flight by now: ${id}. Nothing was started.`,
  ],
  in_flight_limit: (flying: NamedInFlight): Says => [
    `By now ${inFlightWords(flying)}, which is the limit (rebuilds.in_flight in farmhand.yml). Nothing was started.`,
  ],
  tier_limit: ({
    tier: { tier, limit },
    ...flying
  }: NamedInFlight & { readonly tier: Pick<TierLimit, 'tier' | 'limit'> }): Says => [
    `By now ${inFlightWords(flying)} in the tier ${tier}, and it may have ${limit} at once. Nothing was started. See /dcr list, and start this one when another has ended.`,
  ],
  environment_limit: ({ within, ...flying }: NamedInFlight & { readonly within: EnvironmentLimit }): Says => [
    `By now ${inFlightWords(flying)} in the environment ${within.environment}, and policy allows ${within.limit} at once. Nothing was started. See /dcr list, and start this one when another has ended.`,
  ],

  unknown_rebuild: ({ id }: Of): Says => [`There is no rebuild ${id} on record. Nothing was changed.`],
  rebuild_gone: ({ id }: Of): Says => [`There is no rebuild ${id} on record any more.`],

  adoption_expired: (): Says => [
    'This plan is older than 15 minutes, so nothing was adopted. This is how it is now.',
  ],
  adoption_changed: (): Says => [
    'What is there has changed since this plan was made, so nothing was adopted. This is how it is now.',
  ],
  adoption_busy: ({ instance, id }: For & Of): Says => [
    `${instance} has another rebuild in flight by now: ${id}. Nothing was changed.`,
  ],
  lost_decided: ({ id }: Of): Says => [
    `Somebody has just decided on ${id}. Nothing was changed. Look again.`,
  ],
  lost_given_up: ({ id, instance }: For & Of): Says => [
    `Somebody has said that ${id} is over. Nothing was changed. /dcr start ${instance} plans a new one.`,
  ],
  none_lost: ({ target }: { readonly target: string }): Says => [
    `No rebuild of ${target} is lost. Nothing was changed.`,
  ],
  card_unmarked: (): Says => [
    'Its card in Slack could not be marked just now. Nothing was changed. Try again in a minute.',
  ],
};

export type ServiceDenial = Message<typeof serviceDenials>;

/** The same, a sentence or some each. Plain text. */
export const serviceDenialWords = wordsFrom(serviceDenials);
