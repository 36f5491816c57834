import { formatDuration } from '../../core/duration.ts';
import { inFull } from '../../core/person.ts';
import { utc } from '../../core/utc.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { activeMs } from '../model/record.ts';
import { startNeedsTwo } from '../model/rules/controlled.ts';
import { stepTitle } from '../model/steps.ts';
import { inRole, unprovenWords } from './authority.ts';
import { effectTitle } from './titles.ts';

/** The closing report: what became of it, how long each step took, overrides, every error. Paragraphs of plain text. */
export const closingReport = (rebuild: Rebuild, now: number): readonly [string, ...string[]] => {
  const { plan, overrides, end, effects, approval } = rebuild;
  const steps = rebuild.steps.flatMap(({ name, state, startedAt, endedAt, attempt }) => {
    if (state === 'pending' || startedAt === undefined) return [];
    const tries = attempt > 1 ? `, ${attempt} attempts` : '';
    const what = state === 'skipped' && end?.step === name ? 'broken off' : state;
    return [`${stepTitle[name]}: ${what}, ${formatDuration((endedAt ?? now) - startedAt)}${tries}`];
  });
  const changes = effects
    .filter(({ state }) => state === 'done')
    .map(({ effect, id }) => `${effectTitle(effect)}${named(effect, id, plan.instance.way)}`);
  const errors = end?.errors ?? [];
  return [
    summary(rebuild, now),
    `Asked for by ${inRole(rebuild.by)}, ${utc(rebuild.at, 'seconds')}: ${rebuild.reason}`,
    approval
      ? `Approved by ${inRole(approval.by)}, ${utc(approval.at, 'seconds')}${approval.hash === undefined ? '' : `; what was approved, as SHA-256: ${approval.hash}`}${approval.unproven ? `. ${unprovenWords(approval.unproven)}` : ''}`
      : startNeedsTwo(plan)
        ? 'It was never approved.'
        : 'No approval was required.',
    `Plan ${plan.hash}. Engine ${plan.engine}${plan.forced ? ', forced' : ''}; ${plan.farmers} farmers planned, ${rebuild.farmers.target} asked for in the end; minimum ${rebuild.farmers.minimum}. Without pauses ${formatDuration(activeMs(rebuild, now))}.`,
    ...(steps.length > 0 ? [`Steps. ${steps.join('. ')}.`] : []),
    ...(changes.length > 0 ? [`Changes. ${changes.join('; ')}.`] : ['Nothing was changed.']),
    ...overrides.map(
      ({ kind, by, reason }) => `Override ${kind.replaceAll('_', ' ')} by ${inFull(by)}: ${reason}`,
    ),
    ...errors.map((error) => `Error: ${error}`),
  ];
};

/** Only what a scale is called says more than the change itself: a commit, a resourceVersion. */
const named = (effect: EffectState['effect'], id: string | undefined, way: Instance['way']): string =>
  effect.kind === 'scale' && id !== undefined && id !== ''
    ? ` (${way === 'gitops' ? 'commit' : 'resourceVersion'} ${id})`
    : '';

/** One sentence: how it ended, and after how long. */
const summary = ({ plan, phase, at, end }: Rebuild, now: number): string => {
  const lasted = formatDuration(now - at);
  const who = end ? inFull(end.by) : '';
  if (phase === 'released') return `The rebuild of ${plan.instance.name} is finished, after ${lasted}.`;
  if (phase === 'cancelled')
    return `The rebuild of ${plan.instance.name} was cancelled by ${who} after ${lasted}: ${end?.reason ?? ''}`;
  return `The rebuild of ${plan.instance.name} failed in the step ${stepTitle[end?.step ?? 'preflight']} after ${lasted}: ${end?.reason ?? ''}`;
};
