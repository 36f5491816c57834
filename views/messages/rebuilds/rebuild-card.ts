import { capital } from '../../../src/core/text.ts';
import type { Override } from '../../../src/rebuild/model/parts/orders.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { type Block, context, dotted, type Message, type RichBlock, section } from '../../blocks.ts';
import { progressChart } from '../../charts/progress-chart.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline } from '../../escape.ts';
import { blockIds, postBlockId } from '../../ids.ts';
import { ownLink } from '../../links.ts';
import { approvalTexts } from '../../rebuild/approval.ts';
import { approversText } from '../../rebuild/approvers.ts';
import { cardButtons, driftButtons, offerButtons, row } from '../../rebuild/buttons.ts';
import { podLines } from '../../rebuild/farmers.ts';
import { frozenText } from '../../rebuild/freezes.ts';
import { glassText } from '../../rebuild/glass.ts';
import {
  askText,
  driftText,
  endText,
  errorLines,
  limitText,
  offerText,
  pauseText,
  stallText,
} from '../../rebuild/notices.ts';
import { progressLine, targetLine } from '../../rebuild/progress.ts';
import { stepLines, stepPlan } from '../../rebuild/steps.ts';
import { overrideTitles, rebuildLine, rebuildState } from '../../rebuild/words.ts';
import { localTime, throughRole, who } from '../../words.ts';

/**
 * The root message of a rebuild's thread: which instance, its state and how far it is; what needs a person; the ten
 * steps; farmers and what is wrong with them; and, small, who started it and why. Its first `block_id` is the key.
 */
export const rebuildCard = (rebuild: Rebuild, ctx: ViewContext): Message => {
  const head = cardHead(rebuild, postBlockId({ kind: 'rebuild', id: rebuild.id }));
  const { above, steps, plan, below } = particulars(rebuild, ctx);
  const buttons = cardButtons(rebuild);
  return {
    text: rebuildLine(rebuild),
    blocks: [head, ...above, steps, ...below, buttons],
    // A plan and a chart are tall: whoever is needed finds what to press above them.
    rich: [head, ...above, buttons, ...plan, ...below],
  };
};

/** Which rebuild, its state, and how far it is. */
export const cardHead = (rebuild: Rebuild, id?: string): Block =>
  section(headline(rebuild), id === undefined ? {} : { id });

const headline = (rebuild: Rebuild): string => {
  const { mark, word } = rebuildState(rebuild);
  const { instance, engine, forced } = rebuild.plan;
  const title = dotted(
    `${mark} *${inline(instance.name, 80)}*`,
    `*${word}*`,
    code(rebuild.id, 120),
    `${engine} engine${forced || isForcedSince(rebuild) ? ', forced' : ''}`,
  );
  return [
    title,
    ...lines(progressLine(rebuild), targetLine(rebuild) && `🎯 ${capital(targetLine(rebuild) ?? '')}`),
  ].join('\n');
};

const isForcedSince = ({ overrides }: Rebuild): boolean => overrides.some(({ kind }) => kind === 'force');
const lines = (...all: readonly (string | undefined | '')[]): string[] =>
  all.filter((line): line is string => line !== undefined && line !== '');
const sections = (...texts: readonly (string | undefined)[]): Block[] =>
  lines(...texts).map((text) => section(text));

/** Everything below the head but the buttons: with the steps in a few lines, or as a plan with a chart under it. */
export const particulars = (
  rebuild: Rebuild,
  ctx: ViewContext,
): {
  readonly above: readonly Block[];
  readonly steps: Block;
  readonly plan: readonly RichBlock[];
  readonly below: readonly Block[];
} => ({
  above: aboveSteps(rebuild, ctx),
  steps: section(stepLines(rebuild).join('\n')),
  plan: [stepPlan(rebuild), ...progressChart(rebuild)],
  below: belowSteps(rebuild),
});

const aboveSteps = (rebuild: Rebuild, ctx: ViewContext): Block[] => [
  ...sections(endText(rebuild), frozenText(rebuild), glassText(rebuild)),
  ...errorSections(errorLines(rebuild)),
  ...sections(...approvalTexts(rebuild), approversText(rebuild)),
  ...sections(
    askText(rebuild),
    pauseText(rebuild),
    limitText(rebuild),
    stallText(rebuild, ctx.now),
    offerText(rebuild),
  ),
  ...row(blockIds.offerButtons, offerButtons(rebuild)),
  ...sections(driftText(rebuild)),
  ...row(blockIds.driftButtons, driftButtons(rebuild)),
];

const belowSteps = (rebuild: Rebuild): Block[] => [
  ...sections(podLines(rebuild).join('\n')),
  ...context(...origin(rebuild), overridden(rebuild), alerts(rebuild), alive(rebuild)),
];

/** Two sections at most: a section holds 3,000 characters. */
const errorSections = (errors: readonly string[]): Block[] => {
  if (errors.length === 0) return [];
  const blocks: string[] = ['*What else went wrong*'];
  for (const error of errors) {
    const last = blocks.at(-1) ?? '';
    if (last.length + error.length + 1 > 2900) blocks.push(error);
    else blocks[blocks.length - 1] = `${last}\n${error}`;
  }
  return blocks.map((text) => section(text));
};

const origin = (rebuild: Rebuild): (string | undefined)[] => {
  const { plan, by, at, reason, ticket, approval } = rebuild;
  const why = inline(reason, 300);
  const { cluster, namespace, way } = plan.instance;
  return [
    `Started by ${who(by)} ${localTime(at)}${why === '' ? '' : `: ${why}`}`,
    dotted(
      ticketText(ticket),
      plan.change !== undefined && `🧾 ${inline(plan.change, 80)}`,
      approval && `approved by ${who(approval.by)}${throughRole(approval.by)} ${localTime(approval.at)}`,
      `${inline(cluster, 60)} / ${inline(namespace, 80)}`,
      way === 'gitops' ? 'changed by commits' : 'changed directly',
    ),
  ];
};

const ticketText = ({ state, key, url, error }: Rebuild['ticket']): string | undefined => {
  switch (state) {
    case 'none':
      return undefined;
    case 'wanted':
      return `🎫 ticket being raised${error === undefined ? '' : ` (⚠️ ${inline(error, 160)})`}`;
    case 'open':
      return `🎫 ${ownLink(url, key ?? 'ticket') ?? inline(key ?? 'ticket', 40)}${error === undefined ? '' : ` (⚠️ comments are behind: ${inline(error, 160)})`}`;
    case 'failed':
      return `⚠️ no ticket${error === undefined ? '' : `: ${inline(error, 160)}`}`;
    default:
      return state satisfies never;
  }
};

const mostOverrides = 3;

const overridden = ({ overrides }: Rebuild): string | undefined => {
  if (overrides.length === 0) return undefined;
  const left = overrides.length - mostOverrides;
  const shown = overrides.slice(-mostOverrides).map(overrideText);
  return `🔧 Overridden: ${left > 0 ? `${left} earlier; ` : ''}${shown.join('; ')}`;
};

const overrideText = ({ kind, by, reason }: Override): string =>
  `${overrideTitles[kind].toLowerCase()} by ${who(by)} (${inline(reason, 120)})`;

const mostAlerts = 4;

const alerts = (rebuild: Rebuild): string | undefined => {
  if (rebuild.alerts.length === 0) return undefined;
  const left = rebuild.alerts.length - mostAlerts;
  const names = rebuild.alerts.slice(-mostAlerts).map(({ name }) => inline(name, 80) || 'unnamed alert');
  return `🔔 Alerts since it began: ${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
};

const alive = (rebuild: Rebuild): string | undefined =>
  rebuild.seenAt === undefined || hasEnded(rebuild)
    ? undefined
    : `Last seen alive ${localTime(rebuild.seenAt)}`;
