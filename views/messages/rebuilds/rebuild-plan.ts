import { span } from '../../../src/core/duration.ts';
import { counted } from '../../../src/core/text.ts';
import type { PlanDraft } from '../../../src/rebuild/model/command.ts';
import type { Adoption } from '../../../src/rebuild/model/lost.ts';
import type { Plan } from '../../../src/rebuild/model/parts/plan.ts';
import { mostFarmers, startNeedsTwo } from '../../../src/rebuild/model/rules/controlled.ts';
import {
  actions,
  type Block,
  button,
  context,
  dotted,
  type Message,
  plainText,
  section,
} from '../../blocks.ts';
import { code, inline } from '../../escape.ts';
import { actionIds, blockIds, DraftIdValue, RebuildIdValue } from '../../ids.ts';
import { ownLink } from '../../links.ts';
import { mayApproveText } from '../../rebuild/approvers.ts';
import { plannedChanges, sinceText, warningsText } from '../../rebuild/planned.ts';
import { fitted } from '../../trail.ts';
import { localTime } from '../../words.ts';

/**
 * What a rebuild would do, to be confirmed: engine, farmers, what will be changed where, how long it takes, and what
 * is worth knowing. `says`: why it is shown once more, when an earlier plan has gone stale.
 */
export const planAnswer = (draft: PlanDraft, says: readonly string[]): Message => {
  const { plan, request } = draft;
  if (draft.adopts) return adoptionAnswer(draft, draft.adopts, says);
  const title = `📋 Plan: ${plan.forced ? 'forced rebuild' : 'rebuild'} of *${inline(plan.instance.name, 80)}*`;
  const why = inline(request.reason ?? '', 300);
  return {
    text: `${title}. Nothing has been touched yet.`,
    blocks: [
      ...stale(says),
      section(`${title}\nNothing has been touched yet.`),
      ...(request.glass
        ? [
            section(
              '🚨 *Started so, the glass is broken*: approvals, freeze windows and limits do not bar you for a while. It is told in the channel at once, everything is on record as done under it, and another person has to review it.',
            ),
          ]
        : []),
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

/** A lost rebuild as it is found, to be adopted or given up. */
const adoptionAnswer = (draft: PlanDraft, adopts: Adoption, says: readonly string[]): Message => {
  const { plan } = draft;
  const name = inline(plan.instance.name, 80);
  const title = `🧯 Plan: adopt the rebuild of *${name}* that was in flight`;
  const by = adopts.by.name ?? adopts.by.id;
  const ticket =
    adopts.ticket && (ownLink(adopts.ticket.url, adopts.ticket.key) ?? code(adopts.ticket.key, 40));
  return {
    text: `${title}. Nothing has been touched yet.`,
    blocks: [
      ...stale(says),
      section(
        `${title}\nfarmhand lost its records while ${code(adopts.rebuild, 90)} was in flight. Its card remembers it. Nothing has been touched since.`,
      ),
      section(
        [
          '*What is there*',
          ...fitted(
            adopts.found.map((line) => `• ${inline(line, 400)}`),
            1500,
          ),
          `• ${dotted(`started by ${inline(by, 80)} ${localTime(adopts.at)}`, ticket ? `ticket ${ticket}` : 'no ticket known')}`,
        ].join('\n'),
      ),
      section(
        [
          '*Adopt it*: nothing is started, scaled or ordered once more; it keeps its id, card and ticket.',
          inline(adopts.goesOn, 400),
          ...(startNeedsTwo(plan) ? ['🔏 A second person must approve before anything is changed.'] : []),
          '*It is over*: closes the case and changes nothing in the cluster; its card says so, and a new one can be planned.',
        ].join('\n'),
      ),
      section(
        ['*What is not known any more*', ...adopts.missing.map((line) => `• ${inline(line, 300)}`)].join(
          '\n',
        ),
      ),
      ...context(
        `Because: ${inline(adopts.reason, 300)}`,
        `Good until ${localTime(draft.validUntil, 'time')}. If what is there changes before that, you are asked again.`,
      ),
      ...adoptionButtons(draft, adopts),
    ],
  };
};

const adoptionButtons = ({ id }: PlanDraft, { rebuild }: Adoption): Block[] => {
  if (!DraftIdValue.safeParse(id).success || !RebuildIdValue.safeParse(rebuild).success) return [];
  const over = {
    ...button('It is over', actionIds.rebuildGiveUp, { value: rebuild }, 'danger'),
    confirm: {
      title: plainText('Give it up?', 100),
      text: plainText(
        'It cannot be adopted after that. Nothing is changed in the cluster: what is up stays up.',
        300,
      ),
      confirm: plainText('It is over', 30),
      deny: plainText('Not now', 30),
    },
  };
  return [
    actions(blockIds.planButtons, [
      button('Adopt it', actionIds.rebuildConfirm, { value: id }, 'primary'),
      over,
      button('Not now', actionIds.rebuildDiscard, { value: id }),
    ]),
  ];
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

const summary = ({ plan, approvers }: PlanDraft): string => {
  const { instance, engine, forced, farmers, farmersFrom, minimum } = plan;
  return [
    `🌾 *${counted(farmers, 'farmer')}* – ${inline(farmersFrom, 200)}`,
    `↳ ${dotted(
      `starts with at least ${minimum}`,
      `limits ${instance.minimum} to ${mostFarmers({ plan })}`,
      instance.heapGb !== undefined && `${instance.heapGb} GB of heap each`,
    )}`,
    `⚙️ *${engine}* engine, ${forced ? '*forced*' : 'not forced'} – ${engineWords[engine]}`,
    `⏱️ ${duration(plan)}`,
    ...(plan.change === undefined ? [] : [`🧾 Change request *${inline(plan.change, 80)}*`]),
    ...(startNeedsTwo(plan) ? ['🔏 A second person must approve before anything is touched.'] : []),
    ...(approvers ? [mayApproveText(approvers, instance.name)] : []),
  ].join('\n');
};

const duration = ({ expected, targetMs }: Plan): string => {
  const about = expected
    ? `About *${span(expected.ms)}*, estimated from ${inline(expected.from, 200)}`
    : 'How long it takes is not known: there is no earlier rebuild to estimate from';
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

const buttons = ({ id }: PlanDraft): Block[] => {
  if (!DraftIdValue.safeParse(id).success) return [];
  return [
    actions(blockIds.planButtons, [
      button('Start it', actionIds.rebuildConfirm, { value: id }, 'primary'),
      button('Discard', actionIds.rebuildDiscard, { value: id }),
    ]),
  ];
};
