import type { types } from '@slack/bolt';
import { span } from '../../src/core/duration.ts';
import type { Glass, Review } from '../../src/rebuild/model/parts/glass.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { openGlass, toReview, unreviewedOf } from '../../src/rebuild/model/rules/controlled.ts';
import { button } from '../blocks.ts';
import { inline, paragraph } from '../escape.ts';
import { actionIds } from '../ids.ts';
import { ownLink } from '../links.ts';
import { localTime, throughRole, who } from '../words.ts';

/** On the card: that approvals, windows and limits do not hold, for whom, why and until when; then that it waits for a review. */
export const glassText = (rebuild: Rebuild): string | undefined => {
  const open = openGlass(rebuild);
  if (open) return [openLead(open), ...glassFacts(open)].join('\n');
  const closed = unreviewedOf(rebuild);
  if (closed.length === 0) return lastReview(rebuild);
  return closed.map((glass) => [closedLead(glass), ...glassFacts(glass)].join('\n')).join('\n');
};

const lastReview = ({ glass = [] }: Rebuild): string | undefined => {
  const last = glass.at(-1);
  return last?.review && `🚨 The glass that ${who(last.by)} broke is reviewed. ${reviewText(last.review)}`;
};

export const openLead = ({ by, until }: Glass): string =>
  `🚨 *The glass is broken* by ${who(by)}${throughRole(by)} *until ${localTime(until)}*: approvals, freeze windows and limits do not bar them.`;

export const closedLead = ({ by, at, endedAt = at }: Glass): string =>
  `🚨 *To be reviewed*: ${who(by)} broke the glass ${localTime(at)}; it closed ${localTime(endedAt)}, after ${span(endedAt - at)}.`;

const ordersAtMost = 10;

/** Why, what was ordered, and its task in Jira; a line each. */
export const glassFacts = ({ reason, did, task }: Glass): string[] => {
  const left = did.length - ordersAtMost;
  const orders = did.slice(-ordersAtMost).map((order) => inline(order, 160));
  const ticket =
    task?.state === 'open' ? (ownLink(task.url, task.key ?? 'task') ?? inline(task.key ?? '', 40)) : '';
  return [
    `Why: ${paragraph(reason, 500)}`,
    did.length === 0
      ? 'Nothing was ordered under it.'
      : `Ordered under it: ${left > 0 ? `${left} earlier; ` : ''}${orders.join('; ')}`,
    ...(ticket === '' ? [] : [`Review task: ${ticket}`]),
  ];
};

export const reviewText = ({ by, at, verdict, says }: Review): string => {
  const how =
    verdict === 'objected'
      ? '⚠️ *Not in order*, to be followed up'
      : verdict === 'in_order'
        ? '✅ *In order*'
        : '✅ Reviewed';
  return `${how}, says ${who(by)} ${localTime(at)}: ${paragraph(says, 500)}`;
};

/** For lists and App Home, in a few words. */
export const glassWord = (rebuild: Rebuild, person = who): string | undefined => {
  const open = openGlass(rebuild);
  if (open) {
    return `🚨 *glass broken* by ${person(open.by)} until ${localTime(open.until)}: ${inline(open.reason, 120)}`;
  }
  const [first] = unreviewedOf(rebuild);
  return first && `🚨 *to be reviewed*: what ${person(first.by)} did under a broken glass`;
};

/** Only once it has closed: before that more may be done under it. */
export const reviewButton = (rebuild: Rebuild): types.Button[] =>
  toReview(rebuild) && !openGlass(rebuild)
    ? [button('Review…', actionIds.rebuildReview, { value: rebuild.id }, 'primary')]
    : [];
