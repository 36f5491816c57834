import type { Draft } from '../../src/rebuild/command.ts';
import type { Plan } from '../../src/rebuild/rebuild.ts';
import { actions, type Block, button, context, dotted, type Message, section } from '../blocks.ts';
import { code, inline } from '../escape.ts';
import { actionIds, blockIds, DraftIdValue } from '../ids.ts';
import { mayApproveText } from '../rebuild/approvers.ts';
import { plannedChanges, sinceText, warningsText } from '../rebuild/planned.ts';
import { farmersWord } from '../rebuild/words.ts';
import { fitted } from '../trail.ts';
import { localTime, span } from '../words.ts';

/**
 * What a rebuild would do, to be confirmed: engine, farmers, what will be changed where, how long it takes, and what
 * is worth knowing. `says`: why it is shown once more, when an earlier plan has gone stale.
 */
export const planAnswer = (draft: Draft, says: readonly string[]): Message => {
  const { plan, request } = draft;
  const title = `📋 Plan: ${plan.forced ? 'forced rebuild' : 'rebuild'} of *${inline(plan.instance.name, 80)}*`;
  const why = inline(request.reason ?? '', 300);
  return {
    text: `${title}. Nothing has been touched yet.`,
    blocks: [
      ...stale(says),
      section(`${title}\nNothing has been touched yet.`),
      section(summary(draft)),
      section(plannedChanges(plan)),
      ...sinceLast(plan),
      ...warnings(plan),
      ...context(
        why === '' ? undefined : `Reason: ${why}`,
        dotted(
          `values ${code(plan.instance.source.file, 160)} at ${code(plan.instance.source.revision.slice(0, 7), 20)}`,
          `plan ${code(plan.hash.slice(0, 8), 20)}`,
        ),
        `Good until ${localTime(draft.validUntil, 'time')}. If the world changes before that, you are asked again.`,
      ),
      ...buttons(draft),
    ],
  };
};

const stale = (says: readonly string[]): Block[] =>
  says.length === 0
    ? []
    : [
        section(
          fitted(
            says.map((line, i) => `${i === 0 ? '♻️' : '•'} ${inline(line, 400)}`),
            2500,
          ).join('\n'),
        ),
      ];

const engineWords = {
  farm: 'the number of farmers is fixed once it runs',
  balance: 'farmers can be added while it runs',
} as const;

const summary = ({ plan, approvers }: Draft): string => {
  const { instance, engine, forced, farmers, farmersFrom, minimum } = plan;
  return [
    `🌾 *${farmersWord(farmers)}* – ${inline(farmersFrom, 200)}`,
    `↳ ${dotted(
      `starts with at least ${minimum}`,
      `limits ${instance.minimum} to ${instance.maximum}`,
      instance.heapGb !== undefined && `${instance.heapGb} GB of heap each`,
    )}`,
    `⚙️ *${engine}* engine, ${forced ? '*forced*' : 'not forced'} – ${engineWords[engine]}`,
    `⏱️ ${duration(plan)}`,
    ...(instance.approval ? ['🔏 A second person must approve before anything is touched.'] : []),
    ...(approvers ? [mayApproveText(approvers, instance.name)] : []),
  ].join('\n');
};

const duration = ({ expected, targetMs }: Plan): string => {
  const about = expected
    ? `About *${span(expected.ms)}*, reckoned from ${inline(expected.from, 200)}`
    : 'How long it takes is not known: there is no earlier rebuild to reckon from';
  return targetMs === undefined ? about : `${about}; target ${span(targetMs)}`;
};

const sinceLast = (plan: Plan): Block[] => {
  const text = sinceText(plan);
  return text === undefined ? [] : [section(text)];
};

const warnings = (plan: Plan): Block[] => {
  const text = warningsText(plan);
  return text === undefined ? [] : [section(text)];
};

const buttons = ({ id }: Draft): Block[] => {
  if (!DraftIdValue.safeParse(id).success) return [];
  return [
    actions(blockIds.planButtons, [
      button('Start it', actionIds.rebuildConfirm, { value: id }, 'primary'),
      button('Discard', actionIds.rebuildDiscard, { value: id }),
    ]),
  ];
};
