import type { Draft } from '../../src/rebuild/command.ts';
import { actions, type Block, button, context, dotted, type Message, section } from '../blocks.ts';
import { code, inline, paragraph } from '../escape.ts';
import { actionIds } from '../ids.ts';
import { fitted } from '../trail.ts';
import { count, localTime, span } from '../words.ts';

/** What a rebuild would do, to be confirmed. `says`: why it is shown once more. */
export const planAnswer = (draft: Draft, says: readonly string[]): Message => {
  const { plan } = draft;
  const { instance } = plan;
  const title = `${plan.forced ? 'Forced rebuild' : 'Rebuild'} of *${inline(instance.name, 80)}*`;
  const value = { value: draft.id };
  return {
    text: `Plan: ${title}`,
    blocks: [
      ...(says.length > 0 ? [section(`⚠️ ${says.map((line) => paragraph(line, 400)).join('\n')}`)] : []),
      section(`📋 ${title}\n${facts(draft).join('\n')}`),
      section(fitted(draft.plan.changes.map(change), 2600).join('\n') || 'Nothing will be changed.'),
      ...warnings(draft),
      ...context(
        `Nothing is touched yet. Good until ${localTime(draft.validUntil, 'time')}; if the world changes before that, you are asked again.`,
        `Plan ${code(plan.hash.slice(0, 12), 20)} · values at ${code(instance.source.revision.slice(0, 7), 20)}`,
      ),
      actions(`${actionIds.rebuildConfirm}:${draft.id}`, [
        button('Start it', actionIds.rebuildConfirm, value, 'primary'),
        button('Discard', actionIds.rebuildDiscard, value),
      ]),
    ] satisfies Block[],
  };
};

const facts = ({ plan, request }: Draft): string[] => {
  const { instance, expected } = plan;
  return [
    dotted(
      `${inline(plan.engine, 20)} engine`,
      `*${count(plan.farmers, 'farmer')}* (${inline(plan.farmersFrom, 150)})`,
      `limits ${instance.minimum} to ${instance.maximum}`,
    ),
    dotted(
      `${inline(instance.cluster, 60)} / ${inline(instance.namespace, 80)}`,
      instance.way === 'gitops' ? 'by commit, synced by Argo CD' : 'directly',
    ),
    expected === undefined
      ? 'How long it takes is not known: there is no earlier rebuild to go by.'
      : `Expected to take ${span(expected.ms)} (by ${inline(expected.from, 150)})`,
    ...(plan.targetMs === undefined ? [] : [`Target: ${span(plan.targetMs)}`]),
    ...(instance.approval ? ['A second person must approve it before anything is touched.'] : []),
    ...(request.reason === undefined ? [] : [`Why: ${inline(request.reason, 300)}`]),
  ];
};

const change = ({ what, where, from, to }: Draft['plan']['changes'][number]): string =>
  `• ${code(what, 100)} in ${inline(where, 200)}: ${inline(from, 80)} → ${inline(to, 120)}`;

const warnings = ({ plan }: Draft): Block[] =>
  plan.warnings.length === 0
    ? []
    : [
        section(
          fitted(
            plan.warnings.map((line) => `⚠️ ${paragraph(line, 400)}`),
            2600,
          ).join('\n'),
        ),
      ];
