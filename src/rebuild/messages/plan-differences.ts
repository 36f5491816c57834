import { wordsFor } from '../../core/message.ts';
import type { LastDifference, PlanDifference } from '../model/plan-differences.ts';

/** In what a plan differs from the one before it: a sentence. Plain text. */
export const differenceWords = wordsFor<PlanDifference>({
  farmers: ({ was, is, from }) => `Farmers: ${was} before, ${is} now (${from}).`,
  minimum: ({ was, is }) => `At least: ${was} before, ${is} now.`,
  engine: ({ was, is }) => `Engine: ${was} before, ${is} now.`,
  forced: ({ is }) => (is ? 'Forced now, not before.' : 'Not forced now, before it was.'),
  change_request: ({ was, is }) => `Change request: ${was ?? 'none'} before, ${is ?? 'none'} now.`,
  controls: () => 'What policy asks of it is different.',
  changes: () => 'What will be changed is different.',
  values: ({ file, revision }) => `The values file changed: ${file}, now at ${revision.slice(0, 7)}.`,
});

/** The same, of the last rebuild of its instance. */
export const lastDifferenceWords = wordsFor<LastDifference>({
  farmers: ({ was, is }) => `Farmers: ${was} then, ${is} now.`,
  minimum: ({ was, is }) => `At least: ${was} then, ${is} now.`,
  engine: ({ was, is }) => `Engine: ${was} then, ${is} now.`,
  forced: ({ is }) => (is ? 'Forced now, not then.' : 'Not forced now; then it was.'),
  place: () => 'It is changed in another place, or in another way.',
  frontends: ({ was, is }) => `Frontends: ${was.join(', ') || 'none'} then, ${is.join(', ') || 'none'} now.`,
});
