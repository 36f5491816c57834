import { counted } from '../../src/core/text.ts';
import { authorityWords, excessWords, orderWords } from '../../src/rebuild/messages/authority.ts';
import { type Pending, pendingOf } from '../../src/rebuild/model/approval.ts';
import { exceptionsOf } from '../../src/rebuild/model/authority.ts';
import type { AskedChange } from '../../src/rebuild/model/parts/grant.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { openIntervention } from '../../src/rebuild/model/record.ts';
import { code, inline } from '../escape.ts';
import { fitted } from '../trail.ts';
import { localTime, who } from '../words.ts';
import { plannedChanges, sinceText, warningsText } from './planned.ts';

/**
 * What waits for an approval, in full: each a section of its own. Whoever presses Approve has read exactly this, and the
 * button carries the hash of it. Nothing where nothing waits.
 */
export const approvalTexts = (rebuild: Rebuild): string[] => {
  const pending = pendingOf(rebuild);
  if (!pending) return [];
  return pending.kind === 'plan' ? planTexts(rebuild, pending) : [changeText(rebuild, pending)];
};

const planTexts = (rebuild: Rebuild, pending: Pending): string[] => {
  const { plan } = rebuild;
  const since = sinceText(plan);
  const worth = warningsText(plan);
  return [
    [lead(rebuild, pending), ...whole(rebuild, pending), waiting(rebuild), askedBy(pending)].join('\n'),
    plannedChanges(plan),
    ...(since === undefined ? [] : [since]),
    ...(worth === undefined ? [] : [worth]),
  ];
};

const lead = (rebuild: Rebuild, { unconfirmed }: Pending): string => {
  const { confirmed, approval } = rebuild;
  if (unconfirmed) {
    return '🔏 *Two persons must agree*: no person asked for this rebuild. One confirms it, another one approves it. Nothing is touched before that.';
  }
  const also = confirmed ? ` It was confirmed by ${who(confirmed.by)}.` : '';
  const old = approval ? ` The approval by ${who(approval.by)} is not for this.` : '';
  return `🔏 *A second person must approve*: nothing is changed before that.${also}${old}`;
};

const whole = ({ plan }: Rebuild, { authority, hash }: Pending): string[] => {
  const { farmers, minimum, forced } = authority;
  const exceptions = exceptionsOf(authority).map(excessWords);
  return [
    ...(plan.change === undefined ? [] : [`🧾 Change request *${inline(plan.change, 80)}*`]),
    `🌾 At most *${counted(farmers, 'farmer')}* – ${inline(plan.farmersFrom, 200)}; at least *${minimum}* to go on with`,
    `⚙️ *${plan.engine}* engine, ${forced ? '*forced*' : '*not forced*'}`,
    exceptions.length === 0
      ? '🔧 No exceptions: no step is skipped, no limit extended, nothing stays up in the end'
      : fitted(
          exceptions.map((text) => `🔧 *${inline(text, 300)}*`),
          1200,
        ).join('\n'),
    `🔑 Exactly this is approved: code ${code(hash.slice(0, 8), 20)}, plan ${code(plan.hash.slice(0, 8), 20)}`,
  ];
};

const waiting = (rebuild: Rebuild): string => {
  const ask = openIntervention(rebuild);
  return ask?.code === 'approval'
    ? `Waiting since ${localTime(ask.since)}, for as long as it takes.`
    : 'It begins when its ticket is there and it is approved.';
};

const mostAskers = 6;

const askedBy = ({ askers }: Pending): string => {
  const ids = [...new Map(askers.map((person) => [person.id, person])).values()];
  const names = ids.slice(0, mostAskers).map(who).join(', ');
  const left = ids.length - mostAskers;
  return `Asked for by ${names}${left > 0 ? ` and ${left} more` : ''}, who cannot approve it.`;
};

const mostChanges = 8;

const changeText = (rebuild: Rebuild, pending: Pending): string => {
  const { changes, authority, hash } = pending;
  const { approval } = rebuild;
  const left = changes.length - mostChanges;
  return fitted(
    [
      '🔏 *More is asked for than was approved*: another person must approve it. Nothing of it is done before that.',
      ...changes.slice(0, mostChanges).map(changeLine),
      ...(left > 0 ? [`• and ${left} more`] : []),
      ...(approval?.grants
        ? [`Approved by ${who(approval.by)}: ${inline(authorityWords(approval.grants), 500)}.`]
        : []),
      `With this it may: *${inline(authorityWords(authority), 600)}*.`,
      `🔑 Exactly this is approved: code ${code(hash.slice(0, 8), 20)}`,
      askedBy(pending),
    ],
    2900,
  ).join('\n');
};

const changeLine = ({ wish, by, at }: AskedChange): string => {
  const why = inline(wish.reason ?? '', 200);
  return `• *${inline(orderWords(wish), 200)}*, asked by ${who(by)} ${localTime(at)}${why === '' ? '' : `: ${why}`}`;
};
