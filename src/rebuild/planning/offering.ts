import { formatDuration } from '../../core/duration.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { change, remember, type Sheet, tell, wasTold } from '../model/sheet.ts';
import { muchTheSame, proposal, targetOf } from './offer.ts';

/** Says when the target will be missed, and which number of farmers would meet it. Said anew only when that changes much. */
export const offering = (sheet: Sheet, now: number): Sheet => {
  const { progress, offer, farmers, plan } = sheet.rebuild;
  const target = targetOf(sheet.rebuild);
  if (progress?.of !== 'rebuild' || target === undefined) return sheet;
  const found = proposal(sheet.rebuild, progress, now);
  if (!found) return offer ? change(sheet, withoutOffer) : sheet;
  const late = formatDuration(found.instead - target);
  const present = `With ${farmers.target} farmers it is done about ${late} after its target`;
  if (plan.engine === 'farm') {
    const could =
      found.kind === 'meets'
        ? `${found.farmers} would have met it`
        : 'not even the maximum would have met it';
    return once(
      sheet,
      'offer:farm',
      `${present}; ${could}. On the farm engine the number is fixed while it runs: wait, or cancel and start again with more.`,
      now,
    );
  }
  const saves = formatDuration(found.instead - found.eta);
  if (found.kind === 'late') {
    const text = `${present}. Not even ${found.farmers} farmers, the maximum of ${plan.instance.name}, would meet it; they would save about ${saves}.`;
    return once(change(sheet, withoutOffer), 'offer:late', text, now);
  }
  const next = change(sheet, (rebuild) => ({
    ...rebuild,
    offer: { farmers: found.farmers, eta: found.eta, instead: found.instead, target, at: offer?.at ?? now },
  }));
  const said = Object.keys(sheet.rebuild.told ?? {}).filter((word) => /^offer:\d+$/.test(word));
  if (said.some((word) => muchTheSame(Number(word.slice(6)), found.farmers))) return next;
  const text = `${present}. ${found.farmers} farmers would meet it: about ${saves} sooner. Nothing was changed; scale to ${found.farmers} to have it so.`;
  return once(next, `offer:${found.farmers}`, text, now);
};

const once = (sheet: Sheet, word: string, text: string, now: number): Sheet =>
  wasTold(sheet.rebuild, word) === undefined
    ? tell(
        change(sheet, (rebuild) => remember(rebuild, word, now)),
        { what: 'offer', text, note: 'offer' },
        now,
      )
    : sheet;

const withoutOffer = ({ offer: _, ...rest }: Rebuild): Rebuild => rest;
