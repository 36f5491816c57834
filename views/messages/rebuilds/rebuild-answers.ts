import type { CommandResult, GivenUp, Refused, StartResult } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { context, type Message, plainMessage, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline, paragraph } from '../../escape.ts';
import { ownLink, permalink } from '../../links.ts';
import { approversText, mayApproveText } from '../../rebuild/approvers.ts';
import { fitted } from '../../trail.ts';
import { channelLink, who, withMentions } from '../../words.ts';

/** Why it was not done: every reason, a line each. */
export const refusedAnswer = (says: readonly string[]): Message => {
  const lines = fitted(
    says.map((line) => withMentions(paragraph(line, 900))),
    2700,
  );
  return plainMessage(`🚫 ${lines.join('\n') || 'Nothing was changed.'}`);
};

/** What became of an order, and where the rebuild is told. */
export const commandAnswer = (result: CommandResult, ctx: ViewContext): Message => {
  if (!result.ok) {
    const told = refusedAnswer(result.says);
    // Whoever is refused for want of an approval reads who could give it; no approval raises a limit.
    const wanting = result.code !== 'limit' && result.code !== 'invalid';
    const could = wanting && result.rebuild ? approversText(result.rebuild) : undefined;
    return { ...told, blocks: [...told.blocks, ...context(could)] };
  }
  const mark = result.held ? '🔏' : result.changed ? '✅' : 'ℹ️';
  const text = `${mark} ${paragraph(result.says, 1500)}${result.changed ? '' : ' Nothing was changed.'}`;
  const could = result.approvers && mayApproveText(result.approvers, result.rebuild.plan.instance.name);
  return { text, blocks: [section(text), ...context(could), ...context(whereOf(result.rebuild, ctx))] };
};

/** A plan was confirmed. A stale one is not answered here but shown again. */
export const startedAnswer = (
  { rebuild, already }: Extract<StartResult, { ok: true }>,
  ctx: ViewContext,
): Message => {
  const { instance } = rebuild.plan;
  const adopter = rebuild.adoptions?.at(-1);
  if (adopter) {
    const again = `ℹ️ It was adopted already, by ${who(adopter.by)}. Nothing was done twice.`;
    const done = `🚜 Adopted: the rebuild of *${inline(instance.name, 80)}* goes on under its own id, in its own thread.`;
    const told = already ? again : done;
    return { text: told, blocks: [section(told), ...context(whereOf(rebuild, ctx))] };
  }
  const text = already
    ? `ℹ️ This plan was confirmed before: ${code(rebuild.id, 90)}, by ${who(rebuild.by)}. Nothing was started twice.`
    : `🚜 Started the rebuild of *${inline(instance.name, 80)}*.`;
  return { text, blocks: [section(text), ...context(whereOf(rebuild, ctx))] };
};

const whereOf = ({ card, id }: Rebuild, ctx: ViewContext): string => {
  const link = card.ts === undefined ? undefined : permalink(ctx, card.channel, card.ts);
  return `${ownLink(link, 'Its thread') ?? `Its thread is in ${channelLink(card.channel)}`} · ${code(id, 90)}`;
};

/** Refused with the rebuild it is about, where there is one. */
export const refusalAnswer = (refused: Refused, ctx: ViewContext): Message => {
  const told = refusedAnswer(refused.says);
  return refused.rebuild
    ? { ...told, blocks: [...told.blocks, ...context(whereOf(refused.rebuild, ctx))] }
    : told;
};

/** The case of a lost rebuild was closed. */
export const givenUpAnswer = (
  { says, rebuild }: Extract<GivenUp, { ok: true }>,
  ctx: ViewContext,
): Message => {
  const [first = '', ...more] = says;
  const text = [`🏳️ ${paragraph(first, 300)}`, ...more.map((line) => `• ${paragraph(line, 500)}`)].join('\n');
  return { text, blocks: [section(text), ...(rebuild ? context(whereOf(rebuild, ctx)) : [])] };
};

export const notConfiguredAnswer = (): Message =>
  plainMessage(
    '🚫 Rebuilds are not configured here. Add `rebuilds:` (clusters, the deployment repository, the channel of the threads) and `access:` (who may do what) to farmhand.yml and start farmhand again; docs/configuration.md has every key.',
  );

/** What was asked takes longer than a moment. */
export const lookingAnswer = (what: string): Message => plainMessage(`🔎 Looking at ${inline(what, 100)} …`);

/** The cluster, the engine or the repository did not answer in time; only read, so nothing was touched. */
export const tooSlowAnswer = (what: string): Message =>
  plainMessage(
    `🚫 Looking at ${inline(what, 100)} took too long. Nothing was changed. Try again in a minute; \`/dcr doctor\` tells what does not answer.`,
  );

/** The start was asked for and not answered in time: it may still happen. */
export const slowStartAnswer = (): Message =>
  plainMessage(
    '⏳ Starting takes longer than usual, and may still happen. Look with `/dcr list`; pressing the button again starts nothing twice.',
  );

export const discardedAnswer = (): Message => plainMessage('🗑️ Plan discarded. Nothing was touched.');

/** A button whose value is not what this version puts there. */
export const strangeRebuildButtonAnswer = (): Message =>
  plainMessage(
    '🚫 This button is from another version of farmhand. Nothing was changed. `/dcr list` shows what there is.',
  );

/** Words that were not understood: what, the usage, and where to read more. */
export const dcrMisunderstoodAnswer = (problems: readonly string[], usage: string): Message =>
  misunderstood(problems, `Like this: ${code(usage, 300)}`, '/dcr help');

/** The same in a rebuild's thread; `hint`: a sentence that says what is understood there. */
export const replyMisunderstoodAnswer = (problems: readonly string[], hint: string): Message =>
  misunderstood(problems, inline(hint, 300), 'help');

const misunderstood = (problems: readonly string[], hint: string, help: string): Message => {
  const lines = problems.slice(0, 8).map((problem) => `🚫 ${inline(problem, 300)}`);
  const text = [...lines, hint].join('\n').trim() || 'I don’t understand this.';
  return {
    text,
    blocks: [section(text), ...context(`\`${help}\` shows all there is. Nothing was changed.`)],
  };
};

/** One way of saying something, and what it does. */
export interface HelpLine {
  readonly usage: string;
  readonly does: string;
}

/** How to talk to farmhand about rebuilds: what can be said at this place comes first. */
export const dcrHelp = (
  place: 'anywhere' | 'thread',
  slash: readonly HelpLine[],
  replies: readonly HelpLine[],
  bot?: { readonly id: string },
): Message => {
  const lines = (all: readonly HelpLine[]) =>
    all.map(({ usage, does }) => `${code(usage, 120)} – ${inline(does, 200)}`);
  const anywhere = section(`*Anywhere*\n${lines(slash).join('\n')}`);
  const inThread = section(
    `*In a rebuild’s thread*${bot ? ` (also after ${who(bot)})` : ''}\n${lines(replies).join('\n')}`,
  );
  return {
    text: 'How to talk to farmhand about rebuilds',
    blocks: [
      ...(place === 'thread' ? [inThread, anywhere] : [anywhere, inThread]),
      ...context(
        'A rebuild’s id works in place of an instance. The buttons on a rebuild do the same. Who may do what: `access` in farmhand.yml.',
      ),
    ],
  };
};

/** How one thing is said, with examples. */
export const dcrVerbHelp = ({ usage, does }: HelpLine, examples: readonly string[]): Message => {
  const text = `${code(usage, 120)} – ${inline(does, 300)}`;
  const lines = examples.map((example) => `• ${code(example, 150)}`);
  return {
    text,
    blocks: [
      section(`${text}\n\nFor example\n${lines.join('\n')}`),
      ...context('`/dcr help` shows all there is.'),
    ],
  };
};

/** Nothing is there to be seen, and why. */
export const nothingAnswer = (text: string): Message =>
  plainMessage(inline(text, 500) || 'There is nothing to show.');

/** The record is not there any more. */
export const rebuildGoneAnswer = (id: string): Message =>
  plainMessage(`🚫 There is no rebuild ${code(id, 90)} on record any more. Nothing was changed.`);

export const rebuildEndedAnswer = ({ id, plan }: Rebuild): Message =>
  plainMessage(
    `🚫 ${code(id, 90)} has ended: there is nothing left to steer. \`/dcr start ${inline(plan.instance.name, 80)}\` plans a new one.`,
  );

export const nothingToOverrideAnswer = (): Message =>
  plainMessage('🚫 There is nothing to override in its present state. Nothing was changed.');
