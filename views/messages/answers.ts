import type { OwnTiers } from '../../src/access/rights.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { context, type Message, plainMessage, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline } from '../escape.ts';
import { ownLink, permalink } from '../links.ts';
import { type Trail, trailBlocks } from '../trail.ts';
import { mentionOf, who } from '../words.ts';
import { ownTiersWords } from './own-tiers.ts';

const title = (alert: Alert): string => `*${inline(alert.name, 150) || 'this alert'}*`;

/** The store did not answer in time, or takes no writes; `why` is what is known of it. */
export const unavailableAnswer = (why?: string): Message =>
  plainMessage(
    why === undefined
      ? '🚫 farmhand can’t reach its records right now. Nothing was changed. Try again in a minute.'
      : `🚫 farmhand can’t use its records right now. ${inline(why, 300)} Nothing was changed. Try again in a minute; if it stays so, tell whoever runs farmhand.`,
  );

/** The record that was asked for is there, and cannot be read. */
export const unreadableAnswer = (says: string): Message =>
  plainMessage(
    `🚫 ${inline(says, 300)} Nothing was changed. Give this to whoever runs farmhand: once the key is repaired or moved away, it goes on by itself.`,
  );

/** Something failed that should not; `reference` is in the log beside the cause. */
export const failureAnswer = (reference: string): Message =>
  plainMessage(
    `🚫 That went wrong inside farmhand. Look at the alert to see whether it took effect; if not, try again. If it keeps failing, give ${code(reference, 60)} to whoever runs farmhand.`,
  );

export const notFoundAnswer = (id: string): Message =>
  plainMessage(
    `🚫 No alert, or more than one, begins with ${code(id, 130)}. \`/alerts\` shows ids; Details… shows an alert’s full one.`,
  );

/** Words that were not understood: what, and what was meant perhaps. */
export const misunderstoodAnswer = (problems: readonly string[], hint: string): Message =>
  plainMessage(
    [...problems.map((problem) => `🚫 ${inline(problem, 300)}`), inline(hint, 300)].slice(0, 8).join('\n'),
  );

const inItsThread = {
  ack: 'To acknowledge an alert, press *Acknowledge* on it, or reply `ack` in its thread.',
  unack: 'To give an alert back, reply `unack` in its thread.',
  assign: 'To give an alert to somebody, reply `assign @somebody` in its thread.',
  silence: 'To silence an alert, press *Silence…* on it, or reply `silence 2h because …` in its thread.',
  ticket: 'To raise a ticket, press *Raise ticket* on the alert, or reply `ticket` in its thread.',
  resolve:
    'An alert is resolved by its source alone. Until then acknowledge it (`ack` in its thread) or silence it (`silence 2h because …`).',
} as const;

/** `/alerts` shows; what is done to an alert is done where everybody sees it. `alert`: the one that was meant. */
export const elsewhereAnswer = (
  verb: keyof typeof inItsThread,
  id: string | undefined,
  alert: Alert | undefined,
  ctx: ViewContext,
): Message => {
  const lines = [`🚫 Nothing was changed: \`/alerts\` only shows. ${inItsThread[verb]}`];
  if (alert) {
    const ts = alert.thread.state === 'open' ? alert.thread.ts : undefined;
    const link = ownLink(permalink(ctx, alert.channel, ts), 'its thread');
    lines.push(`${title(alert)}: ${link ?? `${code(`/alerts why ${alert.id}`, 150)} shows where it is`}.`);
  } else if (id === undefined) lines.push('`/alerts` lists what is open, with links to the threads.');
  else lines.push(`No alert, or more than one, begins with ${code(id, 130)}; \`/alerts\` shows ids.`);
  return plainMessage(lines.join('\n'));
};

/** Slack lets a modal be opened for three seconds after a click. */
export const expiredAnswer = (): Message =>
  plainMessage(
    '🚫 The form came too late for Slack, and did not open. Nothing was changed. Press the button again.',
  );

/** A button whose value is not an alert's id. */
export const strangeButtonAnswer = (): Message =>
  plainMessage(
    '🚫 This button is from another version of farmhand. Nothing was changed. `/alerts` shows what is open.',
  );

/** In a modal that could not be filled; the reference is told in the channel. */
export const failedModalAnswer = (): Message =>
  plainMessage('🚫 This could not be shown. Nothing was changed. Close it and try again.');

/** The record is not there any more. */
export const goneAnswer = (): Message =>
  plainMessage('🚫 This alert is no longer on record: resolved alerts are forgotten after a while.');

export const nothingToSilenceAnswer = (): Message =>
  plainMessage('✅ This alert is resolved: there is nothing to silence.');

const outsiders = {
  elsewhere: 'Only members of this workspace can work with alerts here. Nothing was changed.',
  guest:
    'Guests of this workspace cannot work with alerts here. Nothing was changed. Ask a member; whoever runs farmhand can let guests in (`slack.members`).',
  gone: 'This account is deactivated. Nothing was changed.',
  unknown:
    'Slack did not say in time which workspace you belong to, so nothing was changed. Try again in a minute.',
} as const;

export const outsiderAnswer = (why: keyof typeof outsiders): Message => plainMessage(`🚫 ${outsiders[why]}`);

const notAssignable = {
  elsewhere: 'is not a member of this workspace',
  guest: 'is a guest of this workspace',
  gone: 'has no active account any more',
  unknown: 'is nobody whom Slack named in time',
  bot: 'is a bot, and no person',
} as const;

/** Only for the one who asked: the mention notifies nobody. */
export const notAssignableAnswer = (user: string, why: keyof typeof notAssignable): Message =>
  plainMessage(
    `🚫 ${mentionOf(user)} ${notAssignable[why]}, so this cannot be given to them. Nothing was changed.`,
  );

/** A mention outside an alert's thread. */
export const notAThreadAnswer = (): Message =>
  plainMessage(
    'This is not the thread of an alert or a rebuild. Write to me in one, or use `/alerts` and `/dcr list` to see what there is.',
  );

/** The answer to `why`: the whole decision trail. */
export const whyAnswer = (trail: Trail, ctx: ViewContext): Message => {
  const text = `Why ${inline(trail.alert.name, 150)} is where it is`;
  return {
    text,
    blocks: [
      section(`*${text}*`),
      ...trailBlocks(trail, ctx),
      ...context(`Alert ${code(trail.alert.id, 130)}`),
    ],
  };
};

const threadWords = [
  '`status` – how it stands, and who has it',
  '`ack` / `unack` – take it, or give it back',
  '`assign @somebody` – give it to them; they are mentioned in the thread',
  '`note: …` – puts a note on its first message, in place of the one before; `note clear` takes it away',
  '`silence 2h because …` – silence it in Alertmanager',
  '`ticket` – raise a ticket',
  '`why` – why it is in this channel and thread, and what was done',
];

const slashWords = [
  '`/alerts` – what is open, the most severe first',
  '`/alerts critical`, `/alerts tier=gov service=checkout`, `/alerts resolved` – some of it',
  '`/alerts mine`, `/alerts unacked since=2h`, `/alerts severity&gt;=error team!=db service=~"pay.*"` – by who has it, since when, how severe, and as Alertmanager matches',
  '`/alerts handover`, `/alerts handover here` – what the next one on call needs to know; `here` shows it to everybody in the channel',
  '`/alerts why ID` – why an alert is where it is; the first letters of its id are enough',
  '`/dcr help` – distributed cache rebuilds',
];

/** How to talk to farmhand. `tiers`: of which tiers whoever asks is, where there are some. */
export const helpAnswer = (bot?: { readonly id: string }, tiers?: OwnTiers): Message => ({
  text: 'How to talk to farmhand',
  blocks: [
    section(`*In an alert’s thread*${bot ? ` (also after ${who(bot)})` : ''}\n${threadWords.join('\n')}`),
    section(`*Anywhere*\n${slashWords.join('\n')}`),
    ...(tiers ? [section(ownTiersWords(tiers))] : []),
    ...context(
      'The buttons on an alert do the same. If two people are at it, the first one has it, and the other is told.',
    ),
  ],
});
