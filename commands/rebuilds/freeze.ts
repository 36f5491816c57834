import type { webApi } from '@slack/bolt';
import type { Person } from '../../src/core/person.ts';
import { isZone } from '../../src/core/time/zoned.ts';
import type { FreezeResult } from '../../src/rebuild/freezing/freeze-service.ts';
import type { Freeze } from '../../src/rebuild/model/rules/freezes.ts';
import type { Message } from '../../views/blocks.ts';
import { refusalAnswer, refusedAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { freezeAnswer } from '../../views/messages/rebuilds/rebuild-freezes.ts';
import { endOf, type SaidFreeze } from '../parse/freeze-words.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import { hiddenBecause } from './visible.ts';

/** Asking Slack who is in which user group, and the repository for an instance, may take longer than the records. */
const withGroups = 3;

/** Freezes an instance, or all; by the clocks of whoever asks. */
export const freezeNow = async (
  deps: RebuildSurface,
  client: webApi.WebClient,
  { place, reason, end }: SaidFreeze,
  by: Person,
): Promise<Message> => {
  const zone = (await deps.people.profile(client, by.id))?.zone;
  const found = end && endOf(end, deps.now(), zone !== undefined && isZone(zone) ? zone : 'UTC');
  if (found && !found.ok) return refusedAnswer([found.problem, 'Nothing was frozen.']);
  const request = { place, reason, ...(found && { until: found.until, zone: found.zone }) };
  return answered(deps, 'freeze', place, by, deps.rebuilds.freezes.freeze(request, by));
};

export const thawNow = (deps: RebuildSurface, place: string, reason: string, by: Person): Promise<Message> =>
  answered(
    deps,
    'thaw',
    place,
    by,
    deps.rebuilds.freezes.thaw({ place, ...(reason !== '' && { reason }) }, by),
  );

const answered = async (
  deps: RebuildSurface,
  verb: 'freeze' | 'thaw',
  place: string,
  by: Person,
  asked: Promise<FreezeResult>,
): Promise<Message> => {
  const result = await fromRecords(deps, asked, withGroups);
  const ended = result.ok ? (result.changed ? 'done' : 'already so') : result.code;
  deps.log.info({ place, user: by.id, verb, ended }, 'rebuild command');
  return result.ok ? freezeAnswer(verb, result.says) : refusalAnswer(result, deps.view());
};

/** What is frozen, as far as a person may see it: a freeze of all is everybody's concern. */
export const freezesFor = async (deps: RebuildSurface, by: Person): Promise<readonly Freeze[]> => {
  const holding = await fromRecords(deps, deps.rebuilds.freezes.holding());
  const seen = await Promise.all(
    holding.map(async ({ instance }) =>
      instance === undefined ? undefined : hiddenBecause(deps, by, instance),
    ),
  );
  return holding.filter((_, i) => seen[i] === undefined);
};
