import type { Digest, DigestGroup } from '../../../src/alerts/model/digest.ts';
import { span } from '../../../src/core/duration.ts';
import { counted } from '../../../src/core/text.ts';
import { actions, type Block, context, dotted, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { inline } from '../../escape.ts';
import { blockIds, digestWords, postBlockId, readDigestWords } from '../../ids.ts';
import { localTime, severityMark, severityWord } from '../../words.ts';
import { listButtons } from './list-buttons.ts';

const mostGroups = 15;
const mostFolded = 5;

/**
 * The one message that stands for a channel's backlog: what waits for its thread by severity, name and service, how
 * far it is, and what resolved before its turn. In its closed form it says what became of all of them.
 */
export const digestMessage = (digest: Digest, ctx: ViewContext): Message =>
  digest.state === 'closed' || digest.waitingCount === 0 ? closed(digest) : waiting(digest, ctx);

const waiting = (digest: Digest, ctx: ViewContext): Message => {
  const noun = digest.waitingCount === 1 ? 'alert is' : 'alerts are';
  const title = `${digest.waitingCount.toLocaleString('en')} ${noun} waiting for ${digest.waitingCount === 1 ? 'its thread' : 'their threads'}`;
  const left = roughly((digest.waitingCount / (ctx.postsPerSecond ?? 1)) * 1000);
  return {
    text: `⏳ ${title}`,
    blocks: [
      section(
        `⏳ *${title}*\nThe most severe come first, the last in ${left}. \`/alerts\` lists all that fire.`,
        { id: id(digest) },
      ),
      ...listed(digest.waiting, mostGroups, digest.waitingCount),
      ...forAll(digest, ctx),
      ...context(
        dotted(
          `Since ${localTime(digest.startedAt, 'time')}`,
          `as of ${localTime(digest.updatedAt, 'time_secs')}`,
          digest.threaded > 0 && `${counted(digest.threaded, 'thread')} opened so far`,
        ),
        ...foldedLines(digest, `${counted(digest.foldedCount, 'alert')} resolved before getting a thread`),
      ),
    ],
  };
};

/** For what waits at the click; each asks first, with how many and which. */
const forAll = ({ channel, waitingCount }: Digest, ctx: ViewContext): Block[] => {
  const words = digestWords(channel);
  if (readDigestWords(words) === undefined) return [];
  const all = { free: waitingCount, loud: waitingCount, unticketed: waitingCount };
  const buttons = listButtons(words, ctx, all);
  return buttons.length === 0 ? [] : [actions(blockIds.listButtons, buttons)];
};

/** An estimate that does not pretend to the second. */
const roughly = (ms: number): string =>
  ms < 60_000 ? 'less than a minute' : `about ${span(Math.ceil(ms / 60_000) * 60_000)}`;

const closed = (digest: Digest): Message => {
  const title = [
    `Caught up: ${counted(digest.threaded, 'thread')} opened`,
    ...(digest.foldedCount > 0
      ? [`${digest.foldedCount.toLocaleString('en')} resolved before their turn`]
      : []),
  ].join(', ');
  return {
    text: `☑️ ${title}`,
    blocks: [
      section(`☑️ *${title}*`, { id: id(digest) }),
      ...context(
        `From ${localTime(digest.startedAt)} to ${localTime(digest.updatedAt, 'time')}`,
        ...foldedLines(digest, 'Without a thread'),
      ),
    ],
  };
};

const id = (digest: Digest): string => postBlockId({ kind: 'digest', id: digest.id });

const listed = (groups: readonly DigestGroup[], most: number, total: number) => {
  const lines = groups.slice(0, most).map(line);
  const shown = groups.slice(0, most).reduce((sum, group) => sum + group.count, 0);
  if (shown < total) lines.push(rest(total - shown, groups.length - most));
  return lines.length === 0 ? [] : [section(lines.join('\n'))];
};

const line = (group: DigestGroup): string =>
  `${severityMark(group.severity)} *${group.count.toLocaleString('en')}×* ${subject(group)} · ${severityWord(group.severity)}`;

const subject = (group: DigestGroup): string =>
  [inline(group.name, 80) || 'unnamed alert', inline(group.service, 60)]
    .filter((part) => part !== '')
    .join(' · ');

/** The record may itself leave small groups out: then only the number of alerts is known. */
const rest = (alerts: number, groups: number): string =>
  groups > 0
    ? `… and ${alerts.toLocaleString('en')} more in ${counted(groups, 'group')}`
    : `… and ${alerts.toLocaleString('en')} more`;

const foldedLines = (digest: Digest, lead: string): string[] => {
  if (digest.foldedCount === 0) return [];
  const named = digest.folded.slice(0, mostFolded).map((group) => `${subject(group)} ${group.count}×`);
  const shown = digest.folded.slice(0, mostFolded).reduce((sum, group) => sum + group.count, 0);
  if (shown < digest.foldedCount) named.push(`${(digest.foldedCount - shown).toLocaleString('en')} more`);
  return [`✅ ${lead}: ${named.join(', ')}`];
};
