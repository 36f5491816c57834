import { span } from '../../src/core/duration.ts';
import { counted } from '../../src/core/text.ts';
import { hourly, moneyWords } from '../../src/rebuild/messages/steps/kept-words.ts';
import { pendingOf } from '../../src/rebuild/model/approval.ts';
import type { Pause } from '../../src/rebuild/model/parts/orders.ts';
import type { Intervention } from '../../src/rebuild/model/parts/step.ts';
import type { Drift } from '../../src/rebuild/model/parts/workloads.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { endedAt, hasEnded, openIntervention, stepOf } from '../../src/rebuild/model/record.ts';
import { stepTitle } from '../../src/rebuild/model/steps.ts';
import { inline, paragraph } from '../escape.ts';
import { ownLink } from '../links.ts';
import { fitted } from '../trail.ts';
import { localTime, who } from '../words.ts';

const hour = 3_600_000;

/** What a person is needed for, what they can do, and what happens when nobody does. */
export const askText = (rebuild: Rebuild): string | undefined => {
  const ask = openIntervention(rebuild);
  // What is to be approved is shown in full: `approvalTexts`.
  if (!ask || (ask.code === 'approval' && pendingOf(rebuild))) return undefined;
  const options = ask.options.slice(0, 6).map((option) => `• ${inline(option, 250)}`);
  const runbook = ask.runbook === undefined ? [] : [ownLink(ask.runbook, 'Runbook: what to do')];
  return [
    `${askLead(ask)}: ${paragraph(ask.what, 700)}`,
    ...options,
    untilText(ask, rebuild),
    ...runbook.filter((link) => link !== undefined),
  ].join('\n');
};

const askLead = ({ code }: Intervention): string => {
  if (code === 'approval') return '🔏 *A second person must approve*';
  return code === 'guardian'
    ? '🛡️ *The guardian stays until somebody drops it*'
    : '✋ *Manual intervention required*';
};

const untilText = ({ until, since, kept }: Intervention, rebuild: Rebuild): string => {
  const waits = `Waiting since ${localTime(since)}`;
  const { rest, farmers } = rebuild;
  if (rest) {
    return `${waits}, for as long as it takes. *Nothing is lost*: nobody answered, so its ${counted(rest.farmers, 'farmer')} went down ${localTime(rest.at)}; the synchronizer stays up with the work, and _Retry_ brings them back.`;
  }
  if (kept) {
    const up = `${counted(farmers.wanted, 'farmer')} ${farmers.wanted === 1 ? 'stays' : 'stay'} up until ${localTime(kept.until)}`;
    const { price } = kept;
    const cost = price
      ? ` (${moneyWords(hourly(price, farmers.wanted))} an hour, ${moneyWords(hourly(price, (farmers.wanted * (kept.until - since)) / hour))} by then)`
      : '';
    return `${waits}, for as long as it takes. *Nothing is lost*: ${up}${cost}; after that the synchronizer alone keeps the work.`;
  }
  if (until === undefined) return `${waits}, for as long as it takes.`;
  if (rebuild.pause || rebuild.frozen)
    return `${waits}. ${rebuild.pause ? 'Paused' : 'Frozen'} time does not count towards its deadline.`;
  return `${waits}; *fails ${localTime(until)}* unless somebody steps in.`;
};

export const pauseText = ({ pause }: Rebuild): string | undefined => {
  if (!pause) return undefined;
  const goesOn = inline(pause.goesOn ?? '', 300);
  return [pauseLead(pause), ...(goesOn === '' ? [] : [`What goes on all the same: ${goesOn}`])].join('\n');
};

const pauseLead = (pause: Pause): string => {
  const reason = inline(pause.reason, 500);
  const why = reason === '' ? '' : `, because: ${reason}`;
  if (pause.state === 'paused') {
    return `⏸️ *Paused* by ${who(pause.by)} since ${localTime(pause.pausedAt ?? pause.at)}${why}`;
  }
  const after = pause.after === undefined ? '' : ` in the step ${stepTitle[pause.after]}`;
  return `⏳ *Pausing*${after}: what is under way is finished, nothing new begins. Asked for by ${who(pause.by)}${why}`;
};

/** Most of the time that it may take is over. */
export const limitText = ({ nearEnd, phase }: Rebuild): string | undefined =>
  nearEnd && phase === 'running'
    ? `⏱️ *${nearEnd.percent} % of its time is over*: it fails ${localTime(nearEnd.endsAt)} unless it is done, or somebody extends its limit (_Override…_).`
    : undefined;

export const stallText = ({ stalledSince }: Rebuild, now: number): string | undefined =>
  stalledSince === undefined
    ? undefined
    : `🐢 *Stalled*: no progress since ${localTime(stalledSince)}${now > stalledSince ? `, for ${span(now - stalledSince)} when this was written` : ''}.`;

export const driftText = (rebuild: Rebuild): string | undefined => {
  const { drift } = rebuild;
  // Once farmhand has scaled since, or all is over, whose number counts is no question any more.
  if (!drift || drift.settled === 'restored' || (drift.settled && hasEnded(rebuild))) return undefined;
  const what = drift.role === 'farmer' ? 'farmers' : 'the synchronizer';
  const someone = inline(drift.who ?? '', 120) || 'somebody else';
  const how = inline(drift.what ?? '', 200);
  const lead = `🔀 *Drift*: ${someone} changed ${what} from ${drift.expected} to ${drift.found}, ${localTime(drift.at)}${how === '' ? '' : ` (${how})`}.`;
  return `${lead} ${settledText(drift)}`;
};

const settledText = ({ settled, found }: Drift): string => {
  return settled === 'accepted'
    ? `It was accepted: ${found} it is.`
    : 'farmhand does not fight it. Which number counts?';
};

export const offerText = ({ offer }: Rebuild): string | undefined => {
  if (!offer) return undefined;
  const { farmers, eta, instead, target } = offer;
  const lead = `📈 With *${counted(farmers, 'farmer')}* it would be done ${localTime(eta)}, ${span(instead - eta)} sooner`;
  return eta <= target
    ? `${lead}, and meet the target.`
    : `${lead}. The target (${localTime(target)}) would still be missed, by ${span(eta - target)}.`;
};

/** How it ended, after how long, why, and every error that was known. */
export const endText = (rebuild: Rebuild): string | undefined => {
  const { end, phase } = rebuild;
  if (phase === 'released') return releasedText(rebuild);
  if (!end) return undefined;
  const lead = {
    cancelling: `🧹 *Being cancelled* by ${who(end.by)}`,
    failing: '🧯 *Failing, and tearing down*',
    cancelled: `⏹️ *Cancelled* by ${who(end.by)}`,
    failed: '❌ *Failed*',
    running: 'Ending',
  }[phase];
  const after =
    phase === 'cancelled' || phase === 'failed' ? ` after ${span(endedAt(rebuild) - rebuild.at)}` : '';
  const reason = paragraph(end.reason, 600);
  return `${lead} in the step *${stepTitle[end.step]}*${after}${reason === '' ? '' : `: ${reason}`}`;
};

const releasedText = (rebuild: Rebuild): string => {
  const { start, end } = rebuilding(rebuild);
  const itself = start !== undefined && end !== undefined ? `, the rebuild itself ${span(end - start)}` : '';
  const taken = stepOf(rebuild, 'propagate').state === 'done';
  const paused = rebuild.pausedMs > 0 ? `, ${span(rebuild.pausedMs)} of it paused` : '';
  return `✅ *Released* after ${span(endedAt(rebuild) - rebuild.at)}${itself}${paused}.${taken ? ' The frontends have its caches.' : ''}`;
};

const rebuilding = (rebuild: Rebuild): { start?: number | undefined; end?: number | undefined } => {
  const step = stepOf(rebuild, 'rebuild');
  return { start: step.startedAt, end: step.endedAt };
};

/** Every error but the one it ended for, one a line; all of them where they fit. */
export const errorLines = ({ end }: Rebuild): string[] =>
  end
    ? [
        ...fitted(
          end.errors
            .filter((error) => error !== end.reason)
            .map((error) => `• ${paragraph(error, 700).replaceAll('\n', ' ')}`),
          3600,
        ),
      ]
    : [];
