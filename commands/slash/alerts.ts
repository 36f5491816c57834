import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { AlertStatus } from '../../src/alerts/model/event.ts';
import { type NoMatch, noMatch } from '../../src/alerts/ports/no-match.ts';
import { groupsWith } from '../../src/alerts/ports/queries.ts';
import { readAll } from '../../src/alerts/ports/read-all.ts';
import type { AlertReads } from '../../src/alerts/ports/seen.ts';
import type { Person } from '../../src/core/person.ts';
import type { Message } from '../../views/blocks.ts';
import { alertList } from '../../views/messages/alerts/list.ts';
import {
  elsewhereAnswer,
  helpAnswer,
  misunderstoodAnswer,
  notFoundAnswer,
  whyAnswer,
} from '../../views/messages/answers.ts';
import { conditionOf } from '../alerts/conditions.ts';
import { handoverFor } from '../alerts/handover.ts';
import { trailOf } from '../alerts/trail.ts';
import { parseSlashWords, type SlashWords } from '../parse/slash-words.ts';
import { askedBy } from '../shared/asked.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { alertFor, ownTiersFor, readsFor } from '../shared/reads.ts';
import { reply } from '../shared/reply.ts';

/** As many as one page of the records holds. */
const pageSize = 200;

/** `/alerts`: what is open, or why an alert is where it is. Only the one who asked sees the answer. */
export const alertsCommand =
  (deps: CommandDeps): Middleware<SlackCommandMiddlewareArgs> =>
  async ({ ack, client, command, respond, context }) => {
    await ack();
    const words = parseSlashWords(command.text ?? '');
    const answer = await answerTo(deps, words, {
      by: () => deps.people.person(client, askedBy(command)),
      user: command.user_id,
      bot: context.botUserId,
      text: command.text ?? '',
    });
    await reply({ client, respond, forms: deps.forms }, answer, {
      inChannel: words.kind === 'handover' && words.here,
    });
  };

interface Asked {
  readonly by: () => Promise<Person>;
  readonly user: string;
  readonly bot: string | undefined;
  readonly text: string;
}

const answerTo = async (deps: CommandDeps, words: SlashWords, asked: Asked): Promise<Message> => {
  const { by, bot } = asked;
  switch (words.kind) {
    case 'help':
      return helpAnswer(bot === undefined ? undefined : { id: bot }, await ownTiersFor(deps, by));
    case 'unclear':
      return misunderstoodAnswer(words.problems, words.hint);
    case 'why': {
      const trail = await trailOf(deps, words.id, by);
      return trail ? whyAnswer(trail, deps.view()) : notFoundAnswer(words.id);
    }
    case 'elsewhere': {
      const alert = words.id === undefined ? undefined : await alertFor(deps, words.id, by);
      return elsewhereAnswer(words.verb, words.id, alert, deps.view());
    }
    case 'handover':
      return handoverFor(deps, by);
    case 'list':
      return list(deps, words, asked);
    default:
      return words satisfies never;
  }
};

/** Nothing found is only good news where there is nothing else. */
const whyNone = async (
  deps: CommandDeps,
  reads: AlertReads,
  filter: Parameters<typeof noMatch>[0],
  status: AlertStatus,
): Promise<NoMatch> => {
  const [page, counts] = await fromRecords(
    deps,
    Promise.all([reads.list({ status, limit: pageSize }), reads.counts(status)]),
  );
  return noMatch(filter, page, counts[status]);
};

const list = async (
  deps: CommandDeps,
  { filter, besides, filters, page: number }: SlashWords & { kind: 'list' },
  { by, user, text }: Asked,
): Promise<Message> => {
  const view = deps.view();
  const fits = conditionOf(besides, user, view.now);
  const status = filter.status ?? 'firing';
  const reads = await readsFor(deps, by);
  const [page, lanes, counts] = await fromRecords(
    deps,
    Promise.all([readAll(reads, { ...filter, fits }), reads.lanes(), reads.counts(status)]),
  );
  const groups = await fromRecords(deps, groupsWith(reads, page.alerts));
  return alertList(
    {
      groups,
      alerts: page.alerts,
      more: page.next !== undefined,
      total: counts[status],
      filters,
      words: text.trim(),
      status,
      page: number,
      ...(page.alerts.length === 0 && { none: await whyNone(deps, reads, filter, status) }),
      waiting: lanes.flatMap(({ channel, waiting }) => (waiting > 0 ? [{ channel, count: waiting }] : [])),
    },
    view,
  );
};
