import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Message } from '../../views/blocks.ts';
import {
  dcrMisunderstoodAnswer,
  notConfiguredAnswer,
  refusedAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { type CommandDeps, type RebuildSurface, rebuildSurface } from '../deps.ts';
import { type DcrWords, parseDcrWords } from '../parse/dcr-words.ts';
import { tellInTime } from '../rebuilds/answer.ts';
import { approveShown } from '../rebuilds/approve.ts';
import { findInFlight } from '../rebuilds/find.ts';
import { rebuildHelp, verbHelp } from '../rebuilds/help.ts';
import { openOverrideNamed, openStart } from '../rebuilds/open-form.ts';
import { giveOrder } from '../rebuilds/order.ts';
import { askForPlan, giveUp } from '../rebuilds/plan.ts';
import { examine, historyOf, listFor, statusOf } from '../rebuilds/read.ts';
import { reply } from '../reply.ts';

/** `/dcr`: everything about rebuilds. Only the one who asked sees the answer. */
export const dcrCommand = (deps: CommandDeps): Middleware<SlackCommandMiddlewareArgs> => {
  const surface = rebuildSurface(deps);
  return async ({ ack, client, command, respond, context }) => {
    await ack();
    const place = { client, respond };
    if (!surface) {
      await reply(place, notConfiguredAnswer());
      return;
    }
    const words = parseDcrWords(command.text ?? '');
    const channel = /^[CG][A-Z0-9]{2,}$/.test(command.channel_id) ? { channel: command.channel_id } : {};
    const person = () => surface.people.person(client, command.user_id, command.user_name);
    // A trigger is good for three seconds: the form is opened first, and filled when it is known with what.
    const door = { client, trigger: command.trigger_id, by: person };
    if (words.kind === 'form') {
      await openStart(surface, door, {}, channel);
      return;
    }
    if (words.kind === 'override') {
      await openOverrideNamed(surface, door, words.target, channel);
      return;
    }
    const answer = async (): Promise<Message> => {
      const by = await person();
      return answerTo(surface, words, { by, bot: context.botUserId, channel: command.channel_id });
    };
    await tellInTime(place, lookedAt(words), answer());
  };
};

type Said = Exclude<DcrWords, { kind: 'form' | 'override' }>;

const lookedAt = (words: Said): string => {
  switch (words.kind) {
    case 'start':
    case 'plan':
      return words.request.instance;
    case 'order':
    case 'recovery':
    case 'history':
    case 'doctor':
      return words.target;
    default:
      return 'the rebuilds';
  }
};

const answerTo = async (
  deps: RebuildSurface,
  words: Said,
  asker: {
    readonly by: Parameters<typeof giveOrder>[3];
    readonly bot: string | undefined;
    readonly channel: string;
  },
): Promise<Message> => {
  const { by, bot, channel } = asker;
  switch (words.kind) {
    case 'help':
      return words.of === undefined ? rebuildHelp(bot) : verbHelp(words.of);
    case 'unclear':
      return dcrMisunderstoodAnswer(words.problems, words.usage);
    case 'start':
    case 'plan':
      return askForPlan(deps, { ...words.request, channel }, by);
    case 'order': {
      const { verb } = words.order;
      // Whoever asked for something could start it.
      const found = await findInFlight(deps, words.target, by, verb === 'withdraw' ? 'start' : verb);
      if (!found.ok) return refusedAnswer(found.says);
      const { id } = found.rebuild;
      return words.order.verb === 'approve'
        ? approveShown(deps, id, words.order.hash, by)
        : giveOrder(deps, id, words.order, by);
    }
    case 'status':
      return words.target === undefined ? listFor(deps, by, false) : statusOf(deps, by, words.target);
    case 'list':
      return listFor(deps, by, true);
    case 'history':
      return historyOf(deps, by, words.target);
    case 'recovery':
      return giveUp(deps, words.target, words.why, by);
    case 'doctor':
      return examine(deps, by, words.target);
    default:
      return words satisfies never;
  }
};
