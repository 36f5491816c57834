import type { types } from '@slack/bolt';
import { span } from '../../src/core/duration.ts';
import { frontendWords } from '../../src/rebuild/messages/titles.ts';
import type { Frontend } from '../../src/rebuild/model/parts/progress.ts';
import type { Step } from '../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { inline } from '../escape.ts';
import { planOf, type Task } from '../rich/plan.ts';
import { localTime } from '../words.ts';
import { frontendMarks, stepMarks, titleOf } from './words.ts';

/**
 * The ten steps, in order: what is done or still to come stands side by side, what is at work or in trouble on a line
 * of its own.
 */
export const stepLines = (rebuild: Rebuild): string[] => {
  const lines: string[] = [];
  let row: string[] = [];
  const endRow = (): void => {
    // Six are three and three, not five and one.
    const rows = Math.ceil(row.length / mostInRow);
    const each = Math.ceil(row.length / Math.max(1, rows));
    for (let i = 0; i < row.length; i += each) lines.push(row.slice(i, i + each).join(' · '));
    row = [];
  };
  for (const [i, step] of rebuild.steps.entries()) {
    const before = rebuild.steps[i - 1];
    if (isQuiet(step)) {
      if (before && isQuiet(before) && (before.state === 'pending') !== (step.state === 'pending')) endRow();
      row.push(quiet(step, rebuild));
    } else {
      endRow();
      lines.push(loud(step, rebuild), ...(step.name === 'propagate' ? frontendLine(rebuild) : []));
    }
  }
  endRow();
  return lines;
};

/** What a phone shows on two lines, and a screen on one. */
const mostInRow = 5;

const isQuiet = ({ state }: Step): boolean => state === 'done' || state === 'skipped' || state === 'pending';

const worthSaying = 60_000;

const quiet = (step: Step, rebuild: Rebuild): string =>
  `${stepMarks[step.state]} ${quietWords(step, rebuild)}`;

const quietWords = (step: Step, rebuild: Rebuild): string => {
  const lasted =
    step.startedAt !== undefined && step.endedAt !== undefined ? step.endedAt - step.startedAt : 0;
  const time = step.state === 'done' && lasted >= worthSaying ? ` ${span(lasted)}` : '';
  return `${titleOf(step)}${time}${leftOut(step, rebuild)}`;
};

/** What a person skipped is said so; what an end left undone is not: its mark says enough. */
const leftOut = ({ name, state, startedAt }: Step, { end, overrides }: Rebuild): string => {
  if (state !== 'skipped') return '';
  if (end?.step === name && startedAt !== undefined) return ' broken off';
  return end && !overrides.some(({ kind, step }) => kind === 'skip_step' && step === name) ? '' : ' skipped';
};

/** The same as a plan: a task a step, with what is said of it under it. */
export const stepPlan = (rebuild: Rebuild): types.PlanBlock => {
  const { steps } = rebuild;
  const done = steps.filter(({ state }) => state === 'done' || state === 'skipped').length;
  return planOf(
    `${done} of ${steps.length} steps done`,
    steps.map((step) => {
      const quietly = isQuiet(step);
      const details = quietly ? '' : dashless(detailsOf(step, rebuild));
      const frontends = step.name === 'propagate' && !quietly ? frontendLine(rebuild) : [];
      return {
        id: step.name,
        title: quietly ? quietWords(step, rebuild) : `${titleOf(step)}${waitsFor(step, rebuild)}`,
        status: taskStatus(step, rebuild),
        details: [details, ...frontends].filter((text) => text !== '').join(' '),
      };
    }),
  );
};

const taskStatus = (step: Step, rebuild: Rebuild): Task['status'] => {
  if (step.state === 'pending') return 'pending';
  if (step.state === 'done' || (step.state === 'skipped' && leftOut(step, rebuild) !== ' broken off')) {
    return 'complete';
  }
  const mark = markOf(step, rebuild);
  return mark === stepMarks.failed || mark === stepMarks.waiting || step.state === 'skipped'
    ? 'error'
    : 'in_progress';
};

/** A plan knows no state for it: said in words. */
const waitsFor = (step: Step, rebuild: Rebuild): string => {
  if (hasEnded(rebuild)) return '';
  if (rebuild.pause?.state === 'paused') return ': paused';
  if (rebuild.frozen) return ': frozen';
  if (step.state !== 'waiting') return '';
  return step.ask?.code === 'approval' ? ': waits for approval' : ': waits for a person';
};

/** Its step neither goes on nor runs out of time. */
const standsBy = ({ pause, frozen }: Rebuild): boolean => pause?.state === 'paused' || frozen !== undefined;

/** `, since …` becomes `since …`, ` – says` becomes `says`. */
const dashless = (text: string): string => text.replace(/^(?: – |, )/, '');

const loud = (step: Step, rebuild: Rebuild): string =>
  `${markOf(step, rebuild)} *${titleOf(step)}*${detailsOf(step, rebuild)}`;

const detailsOf = (step: Step, rebuild: Rebuild): string => {
  const stopped = standsBy(rebuild) || hasEnded(rebuild);
  const says = saidElsewhere(step, rebuild) ? '' : inline(step.says ?? '', 200);
  // What waits for a person does so since it was asked, which may be days after it began.
  const began = step.state === 'waiting' ? (step.ask?.since ?? step.startedAt) : step.startedAt;
  const since = began === undefined || hasEnded(rebuild) ? '' : `, since ${localTime(began)}`;
  const again = step.attempt > 1 ? `, try ${step.attempt}` : '';
  const due =
    step.deadline === undefined || step.ask || stopped || step.state !== 'running'
      ? ''
      : `, until ${localTime(step.deadline)} at the latest`;
  return `${says === '' ? '' : ` – ${says}`}${since}${again}${due}`;
};

/**
 * What is asked of a person says it already, and more; so does the line of the frontends. What a paused step did last
 * would stand beside the progress of now.
 */
const saidElsewhere = (step: Step, rebuild: Rebuild): boolean =>
  step.ask !== undefined ||
  standsBy(rebuild) ||
  rebuild.frontends.some(({ name, state }) => step.says === `${name} ${frontendWords[state]}`);

const markOf = ({ state, ask }: Step, rebuild: Rebuild): string => {
  if (hasEnded(rebuild)) return stepMarks.failed;
  const calm = ask?.code === 'approval' || ask?.code === 'guardian';
  if (rebuild.frozen && !rebuild.pause && (state === 'running' || calm)) return '❄';
  if (rebuild.pause?.state === 'paused' && (state === 'running' || calm)) return '⏸';
  // Nothing is wrong, and nobody paused it.
  if (state === 'waiting' && calm) return ask.code === 'approval' ? '🔏' : '🛡️';
  return stepMarks[state];
};

const mostFrontends = 12;

const frontendLine = ({ frontends }: Rebuild): string[] => {
  if (frontends.length === 0) return [];
  const left = frontends.length - mostFrontends;
  const shown = frontends.slice(0, mostFrontends).map(frontend);
  return [`↳ ${[...shown, ...(left > 0 ? [`and ${left} more`] : [])].join(' · ')}`];
};

const frontend = ({ name, state, says }: Frontend): string => {
  const what = inline(says ?? (state === 'waiting' || state === 'ready' ? '' : frontendWords[state]), 80);
  return `${frontendMarks[state]} ${inline(name, 60)}${what === '' ? '' : `${says === undefined ? '' : ':'} ${what}`}`;
};
