import type { Person } from '../../src/core/person.ts';
import { counted } from '../../src/core/text.ts';
import type { LostRoot } from '../../src/recovery/lost-root.ts';
import type { NoticeFacts } from '../../src/recovery/ports.ts';
import type { ChannelRead, Recovery } from '../../src/recovery/recovery.ts';
import { context, dotted, type Message, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline } from '../escape.ts';
import { postBlockId } from '../ids.ts';
import { lostLines } from '../rebuild/lost.ts';
import { channelLink, localTime, severityWord, who } from '../words.ts';

/** The one message about a loss of records: what happened, what farmhand does and does not do, what is left for people. */
export const recoveryNotice = (
  facts: NoticeFacts,
  ctx: Pick<ViewContext, 'teamUrl'> & { readonly region?: string | undefined },
): Message => {
  const { recovery } = facts;
  const held = facts.rebuilds.filter(({ is }) => is !== 'unclear').length;
  const over = recovery.phase === 'over';
  const recovered = recovery.promoted
    ? 'farmhand goes on in another region'
    : 'farmhand has recovered from the loss of its records';
  const title = over
    ? held === 0
      ? recovered
      : `${recovered}; a person must decide on ${counted(held, 'rebuild')}`
    : recovery.promoted
      ? 'farmhand goes on in another region, and looks what was there'
      : 'farmhand has lost its records, and recovers';
  const mark = over && held === 0 ? '☑️' : '🧯';
  return {
    text: `${mark} ${title}`,
    blocks: [
      section([`${mark} *${title}*`, happened(recovery, ctx.region)].join('\n')),
      section(alerts(facts)),
      ...rebuilds(facts, ctx).map((text) => section(text)),
      section(people(facts)),
      ...context(course(recovery)),
    ],
  };
};

const happened = ({ why, since, promoted }: Recovery, region: string | undefined): string => {
  if (!promoted) return lost({ why, since });
  const taken = `${region === undefined ? 'This region' : `Region ${inline(region, 80)}`} was promoted, and works since ${localTime(since)}.`;
  return why === 'empty'
    ? `${taken} The records of alerts and rebuilds stayed in the region before.`
    : `${taken} Its Redis has a copy of the records: what was recorded after that copy stayed in the region before.`;
};

const lost = ({ why, since }: Pick<Recovery, 'why' | 'since'>): string =>
  why === 'empty'
    ? `Redis was empty ${localTime(since)}: the records of alerts and rebuilds were gone.`
    : `Redis was found ${localTime(since)} as an older copy of itself: what was recorded since that copy is gone.`;

const alerts = (facts: NoticeFacts): string => {
  const { recovery, waiting, settleAt } = facts;
  const { phase, settled } = recovery;
  if (phase === 'reading') {
    return '*Alerts* are taken in. Nothing is posted until farmhand has looked in its channels for the threads that were open: it goes on in those, and opens no second one.';
  }
  const reads = Object.entries(recovery.channels);
  const found = reads.reduce((sum, [, read]) => sum + (read.state === 'read' ? read.roots : 0), 0);
  const firing = reads.reduce((sum, [, read]) => sum + (read.state === 'read' ? read.firing : 0), 0);
  return [
    `*Alerts*: ${counted(found, 'thread')} found in Slack, ${firing.toLocaleString('en')} still firing. farmhand goes on in them: no second thread, and a resolve closes the old one.`,
    settled
      ? unknownLine(settled.unknown)
      : waiting > 0 &&
        `A thread is brought up to date when its alert is reported again. One of which nothing is heard until ${localTime(settleAt)} is marked “state unknown”.`,
    ...reads.flatMap(([channel, read]) => readTrouble(channel, read, recovery.from) ?? []),
  ]
    .filter((line) => line !== false)
    .join('\n');
};

const unknownLine = (unknown: number): string =>
  unknown === 0
    ? 'Every one of them has been heard of again, or had ended.'
    : `${counted(unknown, 'alert')} of which nothing was heard since ${unknown === 1 ? 'is' : 'are'} marked “state unknown”.`;

const readTrouble = (channel: string, read: ChannelRead, from: number): string | undefined => {
  if (read.state === 'unreadable') {
    return `⚠️ ${channelLink(channel)} could not be read (${code(read.error, 80)}): alerts there may get a second thread. Is farmhand a member of it?`;
  }
  if (read.state === 'read' && read.back > from) {
    return `⚠️ ${channelLink(channel)} was read back to ${localTime(read.back)}, not further: alerts that fire for longer may get a second thread.`;
  }
  return undefined;
};

const most = 12;

const rebuilds = (
  { recovery, rebuilds: lost }: NoticeFacts,
  ctx: Pick<ViewContext, 'teamUrl'>,
): readonly string[] => {
  if (recovery.phase === 'reading') {
    return [
      '*Rebuilds*: nothing is changed in clusters meanwhile; `/dcr` answers, and starts nothing. Pods and engines go on by themselves.',
    ];
  }
  const unread = recovery.cards?.state === 'read' ? recovery.cards.unread : 0;
  const warning =
    unread === 0
      ? ''
      : `\n⚠️ The cards of ${counted(unread, 'rebuild')} could not be read: their records are taken as they are.`;
  if (lost.length === 0) return [`*Rebuilds* can be started and steered again.${warning}`];
  const left = lost.length - most;
  return [
    `*Rebuilds* can be started and steered again, but for these. Pods and engines go on by themselves; farmhand changes nothing there.${warning}`,
    ...lost.slice(0, most).map((one) => lostLines(one, ctx)),
    ...(left > 0 ? [`… and ${left} more: \`/dcr list\` shows them.`] : []),
  ];
};

const people = ({ recovery, rebuilds: named }: NoticeFacts): string =>
  [
    `*What ${recovery.promoted ? 'stayed there' : 'is gone'}*: the journals behind \`/alerts why\`, and what was asked for and not yet done. Acknowledgements, silences and tickets are back with the threads that show them.`,
    recovery.promoted
      ? `*What is left to do*: ${named.length > 0 ? 'decide on the rebuilds that are named here; ' : ''}docs/second-region.md says how to go back.`
      : recovery.phase === 'over'
        ? '*What is left to do*: find out why, before it happens again. docs/runbook.md, “Redis came back without its records”, also says how to replay alerts from Kafka.'
        : '*What to do*: find out whether Redis lost its volume, was flushed, or is another server than before: docs/runbook.md, “Redis came back without its records”.',
  ].join('\n');

const course = ({ since, ended }: Recovery): string =>
  dotted(
    `Since ${localTime(since)}`,
    ended &&
      `over ${localTime(ended.at)}${ended.by === undefined ? '' : ` (ended by ${inline(ended.by, 60)})`}`,
  );

/** In place of a card that does not remember its rebuild, when a person has said that it is over. */
export const givenUpCard = (
  { id, instance }: { readonly id: string; readonly instance: string },
  by: Person,
  at: number,
): Message => {
  const title = `🏳️ *Given up*: rebuild of *${inline(instance, 80)}*`;
  return {
    text: `🏳️ Given up: rebuild of ${inline(instance, 80)}`,
    blocks: [
      section(
        `${title} · ${code(id, 90)}\nfarmhand lost its records while it was in flight, and this card did not remember enough to go on. ${who(by)} said ${localTime(at)} that it is over. farmhand changed nothing in the cluster for that, and does not know what became of it. What was told before stands below.`,
        { id: postBlockId({ kind: 'rebuild', id }) },
      ),
    ],
  };
};

/** In place of a root of which nobody has heard since the records were lost. */
export const unknownRoot = ({ id, state }: LostRoot, since: number): Message => {
  const name = inline(state?.name ?? '', 150) || 'an alert';
  const title = dotted(
    '❔ *State unknown*',
    state && severityWord(state.severity),
    `*${name}*`,
    state?.about !== undefined && code(state.about, 150),
  );
  return {
    text: `❔ State unknown: ${name}${state?.about === undefined ? '' : ` on ${inline(state.about, 80)}`}`,
    blocks: [
      section(
        `${title}\nfarmhand lost its records ${localTime(since)}, and nobody has reported this alert since. Look at its source; should it be reported after all, this thread goes on.`,
        { id: postBlockId({ kind: 'alert', id }) },
      ),
    ],
  };
};
