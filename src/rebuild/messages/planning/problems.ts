import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';
import type { Person } from '../../../core/person.ts';
import { counted } from '../../../core/text.ts';
import type { Instance } from '../../model/parts/instance.ts';
import type { RebuildId } from '../../model/rebuild-id.ts';
import type { Bound } from '../../model/rules/rules.ts';
import type { RebuildStatus } from '../../model/status.ts';
import type { NamedInFlight } from '../../planning/named.ts';
import type { ValuesProblem } from '../../ports/ports.ts';
import { unlooked } from '../steps/missing.ts';
import { scaleByHand } from './found.ts';

/** Names of rebuilds in one sentence. */
const namedAtMost = 10;

/** `2 rebuilds are in flight (system6-20261120-1, system7-20261120-1)`. */
export const inFlightWords = ({ inFlight, others = 0 }: NamedInFlight): string => {
  const more = inFlight.length - namedAtMost;
  const names = [
    ...inFlight.slice(0, namedAtMost),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(others > 0 ? [`${inFlight.length > 0 ? 'and ' : ''}${others} of other tiers`] : []),
  ];
  const all = inFlight.length + others;
  return `${counted(all, 'rebuild')} ${all === 1 ? 'is' : 'are'} in flight (${names.join(', ')})`;
};

/** Why there is no plan. */
const ofPlan = {
  in_flight: ({
    instance,
    id,
    status,
    by,
  }: {
    readonly instance: string;
    readonly id: RebuildId;
    readonly status: RebuildStatus;
    readonly by: Person;
  }) =>
    `${instance} has a rebuild in flight: ${id} (${status}, started by ${by.name ?? by.id}). One instance has one rebuild; see /dcr status ${instance}.`,
  farm_full: ({ limit, ...flying }: NamedInFlight & { readonly limit: number }) =>
    `${inFlightWords(flying)}, and the limit is ${limit} (rebuilds.in_flight in farmhand.yml). See /dcr list, and start this one when another has ended.`,
  /** `limit`: of policy. */
  farmers_limit: ({ farmers, limit }: { readonly farmers: number; readonly limit: Bound }) =>
    `${counted(farmers, 'farmer')} are more than the rule ${limit.rule} of policy allows, which is ${limit.value}. Ask for fewer, or have the rule changed.`,
  tier_full: ({
    tier,
    limit,
    ...flying
  }: NamedInFlight & { readonly tier: string; readonly limit: number }) =>
    `${inFlightWords(flying)} in the tier ${tier}, and it may have ${limit} at once (limits.rebuilds_in_flight of it in tiers.list). See /dcr list, and start this one when another has ended.`,
  environment_full: ({
    limit,
    environment,
    ...flying
  }: NamedInFlight & { readonly limit: Bound; readonly environment: string }) =>
    `${inFlightWords(flying)} in the environment ${environment}, and the rule ${limit.rule} of policy allows ${limit.value} at once. See /dcr list, and start this one when another has ended.`,
  no_number: ({ farmers }: { readonly farmers: number }) => `${farmers} is not a number of farmers.`,
  out_of_range: ({
    instance: { name, minimum, maximum },
    farmers,
  }: {
    readonly instance: Instance;
    readonly farmers: number;
  }) =>
    `${name} takes ${minimum} to ${maximum} farmers (its values file says so), and ${farmers} were asked for.`,
  no_change_request: ({ instance, pattern }: { readonly instance: string; readonly pattern: string }) =>
    `A rebuild of ${instance} is done under a change request, and none was named. Say its number: /dcr start ${instance} change=… (it must match ${pattern}).`,
  odd_change_request: ({ change, pattern }: { readonly change: string; readonly pattern: string }) =>
    `“${change}” is no number of a change request: it must match ${pattern}. Say it as change=….`,
  unknown_farmers: ({ set, farmers }: { readonly set: string; readonly farmers: number }) =>
    `${set} has ${farmers} farmers up already, and no rebuild of farmhand is in flight: somebody works there, or forgot them. Scale it to 0 first.`,
  /** What is up may be a rebuild that nobody remembers. `unclear`: the card that does not say how it ended. */
  after_loss: ({
    lostAt,
    unclear,
  }: {
    readonly lostAt: number;
    readonly unclear?: RebuildId | undefined;
  }) => {
    const when = new Date(lostAt).toISOString().slice(0, 16).replace('T', ' ');
    const card =
      unclear === undefined
        ? 'and no card in Slack tells of a rebuild of this instance that is in flight'
        : `and the last card of this instance, ${unclear}, does not say whether its rebuild had ended`;
    return `farmhand lost its records (noticed ${when} UTC), ${card}: what is up may be a rebuild from before that, and farmhand cannot go on with it. Look at its thread and its ticket for how far it was.`;
  },
  by_hand: ({ instance }: { readonly instance: Instance }) => scaleByHand(instance),
  not_followed: ({ instance, error }: { readonly instance: string; readonly error: string }) =>
    `The admin endpoint of ${instance} does not answer, so a rebuild could not be followed: ${error}`,
  not_started: () => 'Nothing was started.',
};

/** Why the values of an instance cannot be used. */
const ofValues = {
  unknown_instance: ({ instance, near }: { readonly instance: string; readonly near: readonly string[] }) =>
    `There is no instance ${instance} in the deployment repository.${near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ''}`,
  bad_values: ({ instance }: { readonly instance: string }) =>
    `The values of ${instance} cannot be used. Nothing was changed. Fix this in the deployment repository:`,
  bad_value: ({ file, line, message }: ValuesProblem) =>
    `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
  repository_away: ({ error }: { readonly error: string }) =>
    `The deployment repository does not answer: ${error}`,
  try_again: () => 'Nothing was changed. Try again in a minute.',
  approval_dropped: ({ instance }: { readonly instance: string }) =>
    `The values of ${instance} do not ask for an approval any more, and this rebuild was begun under values that did. Cancel it and start again.`,
  not_changed: () => 'Nothing was changed.',
};

/** Why a rebuild cannot begin, or go on: a sentence each. Plain text. */
const problems = {
  ...ofPlan,
  ...ofValues,
  set_unseen: ({ set, place, error }: { set: string; place: string; error: string | undefined }) =>
    `${set} in ${place} cannot be looked at: ${error ?? unlooked}`,
  engine_unseen: ({ instance, error }: { instance: string; error: string | undefined }) =>
    `The admin endpoint of ${instance} does not answer: ${error ?? unlooked}`,
  farmers_up: ({ set, farmers }: { set: string; farmers: number }) =>
    `${set} has ${counted(farmers, 'farmer')} up already: somebody works there, or forgot them. Scale it to 0 first.`,
  synchronizer_up: ({ set }: { set: string }) =>
    `${set} is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first.`,
  too_many: ({ farmers, maximum }: { farmers: number; maximum: number }) =>
    `${farmers} farmers are more than the maximum of ${maximum}.`,
  too_few: ({ farmers, minimum }: { farmers: number; minimum: number }) =>
    `${farmers} farmers are fewer than the minimum of ${minimum}.`,
  none: () => 'A rebuild is never done without farmers.',
  works_alone: ({ farmers, ready }: { farmers: number; ready: number }) =>
    `The engine does the rebuild alone, without its farmers (${farmers} counted in of ${ready} ready). That would take days on one node, so it is stopped.`,
  limit: ({ activeMs, limitMs }: { activeMs: number; limitMs: number }) =>
    `It has taken ${formatDuration(activeMs)} without pauses, and the limit is ${formatDuration(limitMs)}.`,
  nobody_answered: ({ ms }: { ms: number }) => `Nobody answered within ${formatDuration(ms)}.`,
};

export type RebuildProblem = Message<typeof problems>;

export const problemWords = wordsFrom(problems);
