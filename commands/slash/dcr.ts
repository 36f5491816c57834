import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Verb } from '../../src/access/verbs.ts';
import type { Person } from '../../src/core/person.ts';
import type { CommandVerb, StartRequest } from '../../src/rebuild/model/command.ts';
import type { Message } from '../../views/blocks.ts';
import {
  dcrMisunderstoodAnswer,
  notConfiguredAnswer,
  refusedAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { openOverrideNamed } from '../modals/order.ts';
import { openStart } from '../modals/start.ts';
import { type DcrWords, parseDcrWords } from '../parse/dcr-words.ts';
import { isRebuildId } from '../parse/target.ts';
import { replyInTime } from '../rebuilds/answer.ts';
import { applyToRebuild } from '../rebuilds/apply.ts';
import { auditOf } from '../rebuilds/audit.ts';
import { findInFlight, findLatest } from '../rebuilds/find.ts';
import { freezeNow, thawNow } from '../rebuilds/freeze.ts';
import { askForPlan, giveUp } from '../rebuilds/plan.ts';
import { examine, historyOf, listFor, rebuildHelp, statusOf, verbHelp, whoIs } from '../rebuilds/read.ts';
import { askedBy } from '../shared/asked.ts';
import { type CommandDeps, type RebuildSurface, rebuildSurface } from '../shared/deps.ts';
import { reply } from '../shared/reply.ts';

/** `/dcr`: everything about rebuilds. Only the one who asked sees the answer. */
export const dcrCommand = (deps: CommandDeps): Middleware<SlackCommandMiddlewareArgs> => {
  const surface = rebuildSurface(deps);
  return async ({ ack, client, command, respond, context }) => {
    await ack();
    const to = { client, respond, forms: deps.forms };
    if (!surface) {
      await reply(to, notConfiguredAnswer());
      return;
    }
    const words = parseDcrWords(command.text ?? '');
    const where = /^[CG][A-Z0-9]{2,}$/.test(command.channel_id) ? { channel: command.channel_id } : {};
    const person = () => surface.people.person(client, askedBy(command));
    // A trigger is good for three seconds: the form is opened first, and filled when it is known with what.
    const trigger = { client, trigger: command.trigger_id, by: person, where };
    if (words.kind === 'form') {
      await openStart(surface, trigger, {});
      return;
    }
    if (words.kind === 'override') {
      await openOverrideNamed(surface, trigger, words.target);
      return;
    }
    const answer = async (): Promise<Message> => {
      const by = await person();
      if (words.kind === 'freeze') return freezeNow(surface, client, words, by);
      return answerTo(surface, words, { by, bot: context.botUserId, channel: command.channel_id });
    };
    await replyInTime(to, lookedAt(words), answer());
  };
};

/** What lets a person be told of a rebuild that they ask this of: who asked for something could start it. */
const mayKnow = (verb: CommandVerb): Verb => {
  if (verb === 'withdraw') return 'start';
  return verb === 'revoke' || verb === 'review' ? 'approve' : verb;
};

const underGlass = (target: string, reason: string): StartRequest | undefined =>
  isRebuildId(target) ? undefined : { instance: target, forced: false, reason, glass: true };

type Said = Exclude<DcrWords, { kind: 'form' | 'override' | 'freeze' }>;

const lookedAt = (words: Exclude<DcrWords, { kind: 'form' | 'override' }>): string => {
  switch (words.kind) {
    case 'start':
    case 'plan':
      return words.request.instance;
    case 'command':
    case 'recovery':
    case 'history':
    case 'audit':
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
    readonly by: Person;
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
    case 'command': {
      const { verb } = words.command;
      // Whoever asked for something could start it.
      const find = verb === 'review' ? findLatest : findInFlight;
      const found = await find(deps, words.target, by, mayKnow(verb));
      if (!found.ok) {
        // Nothing is in flight: the glass is broken with a start, which is planned and confirmed like any other.
        const start = words.command.verb === 'break_glass' && underGlass(words.target, words.command.reason);
        return start ? askForPlan(deps, { ...start, channel }, by) : refusedAnswer(found.says);
      }
      return applyToRebuild(deps, found.rebuild.id, words.command, by);
    }
    case 'status':
      return words.target === undefined ? listFor(deps, by, false) : statusOf(deps, words.target, by);
    case 'list':
      return listFor(deps, by, true);
    case 'whoami':
      return whoIs(deps, by, words.target);
    case 'history':
      return historyOf(deps, words.target, by);
    case 'audit':
      return auditOf(deps, words.target, by, words.thread ? 'thread' : 'direct');
    case 'recovery':
      return giveUp(deps, words.target, by, words.why);
    case 'thaw':
      return thawNow(deps, words.place, words.reason, by);
    case 'doctor':
      return examine(deps, words.target, by);
    default:
      return words satisfies never;
  }
};
