import { type Block, context, divider, dotted, type ModalView, plainText, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline, paragraph } from '../escape.ts';
import { callbackIds, modalTitles } from '../ids.ts';
import { limits } from '../limits.ts';
import { dataLink } from '../links.ts';
import { fitted, type Trail, titled, trailBlocks } from '../trail.ts';
import { severityWord, shownState, stateMark, stateWord, subjectOf } from '../words.ts';

/** Everything farmhand knows of an alert: its labels and annotations, and the decision trail. */
export const detailsModal = (trail: Trail, ctx: ViewContext): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.details,
  title: plainText(modalTitles.details, limits.modalTitle),
  close: plainText('Close', limits.modalTitle),
  blocks: [
    section(headline(trail, ctx)),
    ...titled(`Labels (${size(trail.alert.labels)})`, fitted(labels(trail), 2400)),
    ...titled(`Annotations (${size(trail.alert.annotations)})`, fitted(annotations(trail, ctx), 2400)),
    divider(),
    ...trailBlocks(trail, ctx),
    ...context(
      `Alert ${code(trail.alert.id, 130)} · ${inline(trail.alert.type, 40)} from ${inline(trail.alert.source, 120)} · tier ${inline(trail.alert.tier, 63)}${trail.alert.cluster === undefined ? '' : ` · cluster ${inline(trail.alert.cluster, 63)}`}`,
    ),
  ] satisfies Block[],
});

const headline = ({ alert }: Trail, ctx: ViewContext): string => {
  const state = shownState(alert, ctx.now);
  const lead = `${stateMark(state, alert.severity)} *${stateWord[state]}* · ${severityWord(alert.severity)}`;
  const subject = subjectOf(alert);
  const title = dotted(
    lead,
    `*${inline(alert.name, 150) || 'unnamed alert'}*`,
    subject !== undefined && code(subject, 150),
  );
  return `${title}\n${inline(alert.summary, 500)}`.trim();
};

const size = (record: Readonly<Record<string, string>>): number => Object.keys(record).length;

const labels = ({ alert }: Trail): string[] =>
  Object.entries(alert.labels).map(([name, value]) => `${inline(name, 80)}  ${code(value, 300)}`);

const annotations = ({ alert }: Trail, ctx: ViewContext): string[] =>
  Object.entries(alert.annotations).map(
    ([name, value]) => `${inline(name, 80)}:  ${dataLink(value, value, ctx) ?? paragraph(value, 700)}`,
  );
