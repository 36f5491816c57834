import { followsAnother } from '../src/alerts/messages/remarks.ts';
import type { Alert } from '../src/alerts/model/alert.ts';
import { type JournalEntry, partedJournal } from '../src/core/journal.ts';
import type { Person } from '../src/core/person.ts';
import { counted } from '../src/core/text.ts';
import type { ViewContext } from './context.ts';
import { code, inline } from './escape.ts';
import { dataLink, ownLink } from './links.ts';
import { localTime, mentionOf, who } from './words.ts';

/** One line of the journal for people: when, who and what. Ids of events and messages stay in the API. */
export const journalLine = (entry: JournalEntry, alert: Alert, ctx: ViewContext): string => {
  const when = localTime(entry.at, ctx.now - entry.at > recent ? 'day_time' : 'time');
  return `${when}  ${sentence(entry, alert, ctx)}`;
};

/** The journal without its first line where that says what was dropped, and that in words. */
export const tellDropped = (
  journal: readonly JournalEntry[],
): { readonly lines: readonly JournalEntry[]; readonly says: readonly string[] } => {
  const { lines, dropped } = partedJournal(journal);
  if (!dropped) return { lines, says: [] };
  const { count, at } = dropped;
  const which = `${counted(count, 'earlier line')} ${count === 1 ? 'was' : 'were'} dropped, the last ${localTime(at)}`;
  return { lines, says: [`✂️ ${which}: it was too long. The audit has what was asked, decided and changed.`] };
};

/** Younger than this, the time alone says when. */
const recent = 12 * 3_600_000;

const sentence = (entry: JournalEntry, alert: Alert, ctx: ViewContext): string => {
  const known = sentences.get(entry.what);
  if (known) return known(entry, detail(entry.why));
  return ofAction(entry, alert, ctx) ?? unknown(entry);
};

const detail = (why: string | undefined): string => {
  const text = inline(why ?? '', 240);
  return text === '' ? '' : `: ${text}`;
};

/** The journal has a name where there was one, and else the id. */
const by = ({ who: word }: JournalEntry): string => {
  const person: Person = { id: word };
  const text = who(person);
  return text.startsWith('<@') ? text : `*${text}*`;
};

type Sentence = (entry: JournalEntry, detail: string) => string;

const sentences: ReadonlyMap<string, Sentence> = new Map<string, Sentence>([
  ['opened', ({ why }) => (followsAnother(why) ? 'Came in again, as a new alert' : 'Came in as a new alert')],
  ['route', ({ why }) => `Took the route ${code(why ?? '', 70)}`],
  ['refired', () => 'Fired again'],
  ['resolved', () => 'Resolved'],
  [
    'not_listed',
    ({ why }) => `Alertmanager ${inline(why?.split(';')[0] ?? '', 80)} does not list it any more`,
  ],
  ['listed_again', () => 'Alertmanager lists it again'],
  ['end_told', () => 'Its source said when it ended'],
  ['ended_later', () => 'Ended later than was known'],
  ['severity', (_, detail) => `Its severity changed${detail}`],
  ['ack', (entry) => `${by(entry)} acknowledged it`],
  ['assign', (entry) => `${by(entry)} assigned it ${inline(entry.why ?? '', 240)}`],
  ['note', (entry, detail) => `${by(entry)} put a note on it${detail}`],
  ['note_cleared', (entry, detail) => `${by(entry)} took its note away${detail}`],
  ['unack', (entry, detail) => `${by(entry)} gave it back${detail}`],
  ['silence', (entry, detail) => `${by(entry)} asked for a silence${detail}`],
  ['ticket', (entry) => `${by(entry)} asked for a ticket`],
  ['thread_open', () => 'Its thread was opened'],
  ['adopted', () => 'Its thread was found in Slack, after farmhand had lost its records'],
  ['post_unknown', (_, detail) => `Slack did not say whether the post arrived${detail}`],
  ['post_again', (_, detail) => `Posted again${detail}`],
  ['surplus', () => 'A message that was one too many was taken back'],
  ['surplus_left', () => 'A message that is one too many could not be taken back yet'],
  ['healed', () => 'Looked in Slack once more: there is one thread, and it is up to date'],
  ['channel_refused', (_, detail) => `Slack refused its channel${detail}`],
  ['undeliverable', (_, detail) => `No channel took its thread${detail}`],
  ['thread_wanted_again', () => 'Wants a thread again'],
  ['root_stays', (_, detail) => `Slack refused a change of its first message${detail}`],
  ['root_gone', (_, detail) => `Its thread is gone from Slack${detail}`],
  ['notes_refused', (_, detail) => `Slack refused a reply in its thread${detail}`],
  ['folded', () => 'Resolved before its turn: told in the channel’s digest'],
  ['silence_expired', () => 'The silence ended'],
  ['nobody_reacts', ({ why }) => `Nobody had reacted: mentioned ${mentionedIn(why)}`],
  ['reminded', ({ why }) => `Reminded ${inline(why ?? '', 120)}, who has it`],
  ['mentions_held', ({ why }) => `Quiet hours: nobody is mentioned ${inline(why ?? '', 120)}`],
  ['rebuild_linked', ({ why }) => `Linked to rebuild ${code(why ?? '', 120)}`],
]);

/** `step 2 of 3: S0123, channel`: the ids, which notify nobody where only one person sees them. */
const mentionedIn = (why = ''): string => {
  const [, step = '', ids = ''] = /^(step \d+ of \d+): (.*)$/.exec(why) ?? [];
  return `${ids.split(', ').map(mentionOf).join(', ')} (${inline(step, 40)})`;
};

const actionNames: Readonly<
  Record<'ticket' | 'ticket_news' | 'api_task' | 'silence' | 'rebuild' | 'pager', string>
> = {
  ticket: 'The ticket',
  ticket_news: 'Telling its ticket',
  api_task: 'The task',
  silence: 'The silence in Alertmanager',
  rebuild: 'The rebuild that the route asks for',
  pager: 'Telling the pager',
};

/** `ticket_done`, `api_task-2_failed`, `silence_misses` …: the action's key, and how it went or what it does. */
const ofAction = (entry: JournalEntry, alert: Alert, ctx: ViewContext): string | undefined => {
  const match =
    /^((ticket|ticket_news|api_task|silence|rebuild|pager)(?:-\d+)?(?:\.\d+)?)_(done|retry|failed|silences|misses|unknown)$/.exec(
      entry.what,
    );
  if (!match) return undefined;
  const [, key, kind, how] = match;
  const name = actionNames[kind as keyof typeof actionNames];
  if (how === 'silences' || how === 'misses' || how === 'unknown')
    return `Looked at the silence${detail(entry.why)}`;
  if (how === 'retry') return `${name} failed, and is tried again${detail(entry.why)}`;
  if (how === 'failed') return `${name} was given up${detail(entry.why)}`;
  const outcome = alert.actions.find((action) => action.key === key)?.outcome;
  switch (kind) {
    case 'pager':
      return `The pager was told${detail(entry.why)}`;
    case 'ticket':
      return `The ticket was raised${outcome ? `: ${ownLink(outcome.url, outcome.id) ?? inline(outcome.id, 60)}` : ''}`;
    case 'api_task': {
      const said = outcome?.text ?? outcome?.id ?? '';
      return `The task was submitted${said === '' ? '' : `: ${dataLink(outcome?.url, said, ctx) ?? inline(said, 120)}`}`;
    }
    case 'ticket_news':
      return `Told its ticket ${inline(entry.why ?? '', 240)}`;
    case 'rebuild':
      return `${name} was planned${outcome?.text ? `: ${inline(outcome.text, 160)}` : ''}`;
    default:
      return `${name} was made`;
  }
};

/** Of a version that knows more than this one. */
const unknown = (entry: JournalEntry): string => {
  const lead = entry.who === 'farmhand' ? '' : `${by(entry)}: `;
  return `${lead}${inline(entry.what.replaceAll('_', ' '), 80)}${detail(entry.why)}`;
};
