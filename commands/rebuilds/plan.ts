import { inTime } from '../../src/core/deadline.ts';
import type { Person } from '../../src/core/person.ts';
import type { StartRequest } from '../../src/rebuild/model/command.ts';
import type { Message } from '../../views/blocks.ts';
import { modalTitles } from '../../views/ids.ts';
import {
  discardedAnswer,
  givenUpAnswer,
  refusalAnswer,
  slowStartAnswer,
  startedAnswer,
  tooSlowAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { planAnswer } from '../../views/messages/rebuilds/rebuild-plan.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { askedBy } from '../shared/asked.ts';
import type { RebuildSurface } from '../shared/deps.ts';
import { fill, fillWith } from '../shared/modal.ts';
import { reply, replyTargetOf } from '../shared/reply.ts';
import { type Click, isOnlyTheirs, replyInTime } from './answer.ts';

/** The plan of a rebuild, to be confirmed; touches nothing. */
export const askForPlan = async (
  deps: RebuildSurface,
  request: StartRequest,
  by: Person,
): Promise<Message> => {
  const { instance } = request;
  const result = await inTime(deps.rebuilds.slowMs, () => deps.rebuilds.service.plan(request, by));
  const ended = result ? (result.ok ? 'planned' : result.code) : 'too slow';
  deps.log.info({ instance, user: by.id, verb: 'plan', ended }, 'rebuild command');
  if (!result) return tooSlowAnswer(instance);
  return result.ok ? planAnswer(result.draft, []) : refusalAnswer(result, deps.view());
};

/** Start it: the plan is made once more, and only the same one is started. The answer takes the plan's place. */
export const confirmPlan = async (deps: RebuildSurface, click: Click, draft: string): Promise<void> => {
  const { body, client } = click;
  const by = await deps.people.person(client, askedBy(body));
  if (body.view) {
    await fill(client, body.view.id, loadingModal(modalTitles.start));
    const content = start(deps, draft, by).then(({ message }) => noticeModal(modalTitles.start, message));
    await fillWith(client, body.view.id, modalTitles.start, content);
    return;
  }
  let settled = false;
  const work = start(deps, draft, by).then((started) => {
    settled = started.settled;
    return started.message;
  });
  await replyInTime(replyTargetOf(click), 'the cluster', work, () => settled && isOnlyTheirs(body));
};

interface Started {
  readonly message: Message;
  /** The plan is used up, or a new one is shown: the old one may go. */
  readonly settled: boolean;
}

/** Starts what a draft says. Of a plan that has gone stale the one of now is shown, and nothing is started. */
const start = async (deps: RebuildSurface, draft: string, by: Person): Promise<Started> => {
  const result = await inTime(deps.rebuilds.slowMs, () => deps.rebuilds.service.start(draft, by));
  const ended = result ? (result.ok ? 'started' : result.code) : 'too slow';
  deps.log.info({ draft, user: by.id, verb: 'start', ended }, 'rebuild command');
  if (!result) return { message: slowStartAnswer(), settled: false };
  if (result.ok) return { message: startedAnswer(result, deps.view()), settled: true };
  if ('draft' in result) return { message: planAnswer(result.draft, result.says), settled: true };
  return { message: refusalAnswer(result, deps.view()), settled: result.code === 'not_found' };
};

/** Discard: the plan goes; its draft is forgotten by itself. */
export const discardPlan = async (click: Click): Promise<void> => {
  const { body, client } = click;
  if (body.view) await fill(client, body.view.id, noticeModal(modalTitles.start, discardedAnswer()));
  else await reply(replyTargetOf(click), discardedAnswer(), { replacing: isOnlyTheirs(body) });
};

/** Closes the case of a rebuild that was lost with its record; nothing is changed in the cluster. */
export const giveUp = async (
  deps: RebuildSurface,
  target: string,
  by: Person,
  why: string = '',
): Promise<Message> => {
  const result = await inTime(deps.rebuilds.slowMs, () => deps.rebuilds.service.giveUp(target, by, why));
  const ended = result ? (result.ok ? 'given up' : result.code) : 'too slow';
  deps.log.info({ target, user: by.id, verb: 'give up', ended }, 'rebuild command');
  if (!result) return tooSlowAnswer(target);
  return result.ok ? givenUpAnswer(result, deps.view()) : refusalAnswer(result, deps.view());
};
