import type { Person } from '../../src/core/person.ts';
import type { StartRequest } from '../../src/rebuild/model/command.ts';
import type { Message } from '../../views/blocks.ts';
import {
  givenUpAnswer,
  refusalAnswer,
  slowStartAnswer,
  startedAnswer,
  tooSlowAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { planAnswer } from '../../views/messages/rebuilds/rebuild-plan.ts';
import { inTime } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';

/** The plan of a rebuild, to be confirmed; touches nothing. */
export const askForPlan = async (
  deps: RebuildSurface,
  request: StartRequest,
  by: Person,
): Promise<Message> => {
  const { instance } = request;
  const result = await inTime(deps.rebuilds.service.plan(request, by), deps.rebuilds.slowMs);
  const ended = result ? (result.ok ? 'planned' : result.code) : 'too slow';
  deps.log.info({ instance, user: by.id, verb: 'plan', ended }, 'rebuild command');
  if (!result) return tooSlowAnswer(instance);
  return result.ok ? planAnswer(result.draft, []) : refusalAnswer(result, deps.view());
};

/** Closes the case of a rebuild that was lost with its record; nothing is changed in the cluster. */
export const giveUp = async (
  deps: RebuildSurface,
  target: string,
  why: string,
  by: Person,
): Promise<Message> => {
  const result = await inTime(deps.rebuilds.service.giveUp(target, by, why), deps.rebuilds.slowMs);
  const ended = result ? (result.ok ? 'given up' : result.code) : 'too slow';
  deps.log.info({ target, user: by.id, verb: 'give up', ended }, 'rebuild command');
  if (!result) return tooSlowAnswer(target);
  return result.ok ? givenUpAnswer(result, deps.view()) : refusalAnswer(result, deps.view());
};

export interface Confirmed {
  readonly message: Message;
  /** The plan is used up or shown anew: the old one may go. */
  readonly settled: boolean;
}

/** Starts what a draft says; a plan that has gone stale is shown anew, and nothing is started. */
export const confirmPlan = async (deps: RebuildSurface, draft: string, by: Person): Promise<Confirmed> => {
  const result = await inTime(deps.rebuilds.service.start(draft, by), deps.rebuilds.slowMs);
  const ended = result ? (result.ok ? 'started' : result.code) : 'too slow';
  deps.log.info({ draft, user: by.id, verb: 'start', ended }, 'rebuild command');
  if (!result) return { message: slowStartAnswer(), settled: false };
  if (result.ok) return { message: startedAnswer(result, deps.view()), settled: true };
  if ('draft' in result) return { message: planAnswer(result.draft, result.says), settled: true };
  return { message: refusalAnswer(result, deps.view()), settled: result.code === 'not_found' };
};
