import { span } from '../../src/core/duration.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { currentStep, standsStill } from '../../src/rebuild/model/record.ts';
import { stepTitle } from '../../src/rebuild/model/steps.ts';
import { dotted } from '../blocks.ts';
import { localTime } from '../words.ts';
import { bar, percentage } from './words.ts';

const cells = 20;

/** A per cent alone would be taken for the whole. */
const ofWhat = { history: 'the history update', rebuild: 'the rebuild', write: 'the caches' } as const;

/** Progress bar with its figures on one line; undefined once there is nothing to follow any more. */
export const progressLine = (rebuild: Rebuild): string | undefined => {
  const step = currentStep(rebuild);
  if (rebuild.phase !== 'running' || !step) return undefined;
  const { progress } = rebuild;
  if (progress && progress.of === step.name) {
    return dotted(
      `${bar(progress.percent / 100, cells)} *${percentage(progress.percent)}* of ${ofWhat[progress.of]}`,
      // Of what stands still a rate and an ETA would be lies.
      !standsStill(rebuild) && rate(progress.perHour),
      progress.eta !== undefined && !standsStill(rebuild) && `done ${localTime(progress.eta)}`,
    );
  }
  const done = rebuild.steps.filter(({ state }) => state === 'done' || state === 'skipped').length;
  const all = rebuild.steps.length;
  return `${bar(done / all, cells)} step ${done + 1} of ${all}: *${stepTitle[step.name]}*`;
};

/** Percent an hour, in two figures: what is slow is said by the day, what is fast by the minute. */
const rate = (perHour: number | undefined): string | undefined => {
  if (perHour === undefined || !Number.isFinite(perHour) || perHour < 0) return undefined;
  const [value, unit] =
    perHour < 1 ? [perHour * 24, 'day'] : perHour < 200 ? [perHour, 'h'] : [perHour / 60, 'min'];
  return `${Number(value.toPrecision(2)).toLocaleString('en')} %/${unit}`;
};

/**
 * Time by which the rebuild itself was to be done, with what the ETA makes of it; undefined where nobody set one, and
 * where it ended before it came so far.
 */
export const targetLine = (rebuild: Rebuild): string | undefined => {
  const { targetMs } = rebuild.plan;
  if (targetMs === undefined) return undefined;
  const target = rebuild.at + targetMs;
  const when = `target ${localTime(target)}`;
  const rebuilt = rebuild.steps.find(({ name }) => name === 'rebuild');
  if (rebuilt?.state === 'done' && rebuilt.endedAt !== undefined) {
    if (rebuilt.endedAt > target) return `${when}: missed by ${span(rebuilt.endedAt - target)}`;
    return rebuild.phase === 'released' ? `${when}: met` : `${when}: the rebuild itself was done in time`;
  }
  if (rebuild.phase !== 'running') return undefined;
  const eta = rebuild.progress?.of === 'rebuild' ? rebuild.progress.eta : undefined;
  if (eta === undefined || standsStill(rebuild)) return when;
  return eta <= target ? `${when}: will be met` : `${when}: ⚠️ will be missed by ${span(eta - target)}`;
};
