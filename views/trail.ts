import type { Alert } from '../src/alerts/model/alert.ts';
import type { RouteExplanation } from '../src/alerts/model/routing.ts';
import type { JournalEntry } from '../src/core/journal.ts';
import { counted } from '../src/core/text.ts';
import { type Block, section } from './blocks.ts';
import type { ViewContext } from './context.ts';
import { code, inline } from './escape.ts';
import { journalLine, tellDropped } from './journal.ts';
import { ownLink, permalink } from './links.ts';
import { channelLink, localTime } from './words.ts';

/** What is known of why an alert is where it is. `journal` is missing when it could not be read. */
export interface Trail {
  readonly alert: Alert;
  readonly explanation: RouteExplanation;
  readonly journal: readonly JournalEntry[];
}

/** The decision trail: why this route, why this thread, what was done. At most about 6,500 characters. */
export const trailBlocks = (trail: Trail, ctx: ViewContext): Block[] => [
  ...titled('Why this route', fitted(routeLines(trail), 1800)),
  ...titled('Why this thread', threadLines(trail.alert, ctx)),
  ...titled('What was done', doneLines(trail, ctx)),
];

const doneLines = ({ journal, alert }: Trail, ctx: ViewContext): readonly string[] => {
  const { lines, says } = tellDropped(journal);
  const told = lines.map((entry) => journalLine(entry, alert, ctx));
  return [...says, ...fitted(told, 3500, 'newest')];
};

/** One section with a bold title; the lines must fit Slack's 3,000 characters, titles included, or they are spread. */
export const titled = (title: string, lines: readonly string[]): Block[] => {
  if (lines.length === 0) return [];
  const blocks: Block[] = [];
  let text = `*${title}*`;
  for (const line of lines) {
    if (text.length + line.length + 1 > 2900) {
      blocks.push(section(text));
      text = line;
    } else text += `\n${line}`;
  }
  return [...blocks, section(text)];
};

/** As many lines as fit into `budget` characters, from the top or the newest (last) ones, and how many are left out. */
export const fitted = (
  lines: readonly string[],
  budget: number,
  keep: 'first' | 'newest' = 'first',
): readonly string[] => {
  const kept: string[] = [];
  let used = 0;
  for (const line of keep === 'first' ? lines : lines.toReversed()) {
    used += line.length + 1;
    if (used > budget) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  if (left === 0) return lines;
  return keep === 'first' ? [...kept, `… and ${left} more`] : [`… ${left} earlier`, ...kept.toReversed()];
};

/** The first that matches takes the event: those before it say why they did not, those after it had no say. */
const routeLines = ({ alert, explanation }: Trail): string[] => {
  const { tried } = explanation;
  const taken = tried.findIndex(({ matched }) => matched);
  const asked = taken < 0 ? tried : tried.slice(0, taken + 1);
  const after = tried.length - asked.length;
  return [
    `Route ${code(alert.route, 70)} to ${channelLink(alert.channel)}`,
    ...(explanation.route === alert.route
      ? []
      : [`ℹ️ It took that one when it came in. With today’s routes it would be:`]),
    ...asked.map(
      ({ route, matched, why }) => `${matched ? '✅' : '▫️'} ${code(route, 70)}  ${inline(why, 300)}`,
    ),
    ...(after > 0 ? [`▫️ ${counted(after, 'route')} after it had no say`] : []),
  ];
};

const threadLines = (alert: Alert, ctx: ViewContext): string[] => [
  threadLine(alert, ctx),
  `All of it since its first firing, ${localTime(alert.firstStartsAt)}, is in this one thread: ${counted(alert.fired, 'firing')}, ${counted(alert.events, 'event')}.`,
  ...(alert.previous ? [previousLine(alert.previous, ctx)] : []),
];

const threadLine = ({ thread, channel: home }: Alert, ctx: ViewContext): string => {
  switch (thread.state) {
    case 'none':
      return 'Its route asks for no thread.';
    case 'wanted':
      return `Waits for its turn since ${localTime(thread.since)}: Slack takes about one post a second and channel.`;
    case 'posting':
      return `Being posted: try ${thread.attempt}, begun ${localTime(thread.since)}.`;
    case 'open': {
      const link = ownLink(permalink(ctx, home, thread.ts), 'Its thread') ?? 'Its thread';
      return `${link} was opened ${localTime(thread.at)}.`;
    }
    case 'folded':
      return `Resolved before its turn (${localTime(thread.at)}): told in the channel’s digest, without a thread.`;
    case 'failed':
      return `No channel took it (${localTime(thread.at)}): ${inline(thread.reason, 200)}.`;
    default:
      return thread satisfies never;
  }
};

const previousLine = (previous: NonNullable<Alert['previous']>, ctx: ViewContext): string => {
  const link = ownLink(permalink(ctx, previous.channel, previous.ts), 'an earlier thread');
  return `It fired again too long after ${link ?? `alert ${code(previous.id, 60)}`} to re-open that one.`;
};
