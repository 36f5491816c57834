import type { OverrideKind } from '../../src/rebuild/model/parts/orders.ts';
import type { Frontend } from '../../src/rebuild/model/parts/progress.ts';
import type { Step, StepState } from '../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { currentStep } from '../../src/rebuild/model/record.ts';
import { type RebuildStatus, statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { stepTitle } from '../../src/rebuild/model/steps.ts';
import { inline } from '../escape.ts';

/** Shape and word tell states apart, never colour alone. */
const marks: Readonly<Record<RebuildStatus, string>> = {
  starting: '🌱',
  'waiting for approval': '🔏',
  running: '🚜',
  'waiting for a person': '✋',
  pausing: '⏳',
  paused: '⏸️',
  frozen: '❄️',
  guardian: '🛡️',
  cancelling: '🧹',
  failing: '🧯',
  released: '✅',
  cancelled: '⏹️',
  failed: '❌',
};

const words: Readonly<Record<RebuildStatus, string>> = {
  starting: 'Starting',
  'waiting for approval': 'Waiting for approval',
  running: 'Running',
  'waiting for a person': 'Manual intervention required',
  pausing: 'Pausing',
  paused: 'Paused',
  frozen: 'Frozen',
  guardian: 'Guardian',
  cancelling: 'Cancelling',
  failing: 'Failing, tearing down',
  released: 'Released',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

/** `🚜 Running`: mark and word of the state. */
export const rebuildState = (rebuild: Rebuild): { readonly mark: string; readonly word: string } => {
  const state = statusOfRebuild(rebuild);
  return { mark: marks[state], word: words[state] };
};

export const stepMarks: Readonly<Record<StepState, string>> = {
  pending: '○',
  running: '▸',
  waiting: '❗',
  failed: '✗',
  done: '✓',
  skipped: '–',
};

export const frontendMarks: Readonly<Record<Frontend['state'], string>> = {
  waiting: '○',
  taking: '▸',
  restarting: '▸',
  ready: '✓',
  failed: '✗',
  skipped: '–',
};

export const overrideTitles: Readonly<Record<OverrideKind, string>> = {
  skip_step: 'Skip a step',
  accept_farmers: 'Accept fewer farmers',
  extend_deadline: 'Extend the deadline',
  extend_limit: 'Extend the limit of the rebuild',
  force: 'Force the rebuild',
  retry_from: 'Retry from a step',
  without_ticket: 'Go on without its ticket',
  keep_farmers: 'Keep the farmers',
  keep_guardian: 'Keep the guardian',
  drop_guardian: 'Drop the guardian',
};

export const titleOf = ({ name }: Pick<Step, 'name'>): string => stepTitle[name];

/** `▰▰▰▰▰▱▱▱▱▱`: a share between 0 and 1 in `cells` characters; full only when it is all. */
export const bar = (share: number, cells: number): string => {
  const clamped = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const full = Math.floor(clamped * cells);
  return '▰'.repeat(full) + '▱'.repeat(cells - full);
};

/** `41 %`; never 100 before it is all. */
export const percentage = (percent: number): string =>
  `${Math.floor(Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0)} %`;

/** `1 farmer`, `24 farmers`. */
const tellsItsStep: ReadonlySet<RebuildStatus> = new Set(['starting', 'waiting for approval', 'guardian']);

/** One line for notifications and titles. */
export const rebuildLine = (rebuild: Rebuild): string => {
  const { mark, word } = rebuildState(rebuild);
  const { progress } = rebuild;
  const step = rebuild.phase === 'running' ? currentStep(rebuild) : undefined;
  const percent = step && progress?.of === step.name ? ` ${percentage(progress.percent)}` : '';
  const far = step && !tellsItsStep.has(statusOfRebuild(rebuild)) ? ` – ${titleOf(step)}${percent}` : '';
  return `${mark} ${inline(rebuild.plan.instance.name, 80)}: ${word}${far} (${inline(rebuild.id, 120)})`;
};
