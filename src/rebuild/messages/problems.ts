import { formatDuration } from '../../core/duration.ts';
import { type Message, wordsFrom } from '../../core/message.ts';
import { counted } from '../../core/text.ts';

/** Why a rebuild cannot begin, or go on: a sentence each. Plain text. */
const problems = {
  set_unseen: ({ set, place, error }: { set: string; place: string; error: string }) =>
    `${set} in ${place} cannot be looked at: ${error}`,
  engine_unseen: ({ instance, error }: { instance: string; error: string }) =>
    `The admin endpoint of ${instance} does not answer: ${error}`,
  farmers_up: ({ set, farmers }: { set: string; farmers: number }) =>
    `${set} has ${counted(farmers, 'farmer')} up already: somebody works there, or forgot them. Scale it to 0 first.`,
  synchronizer_up: ({ set }: { set: string }) =>
    `${set} is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first.`,
  too_many: ({ farmers, maximum }: { farmers: number; maximum: number }) =>
    `${farmers} farmers are more than the maximum of ${maximum}.`,
  too_few: ({ farmers, minimum }: { farmers: number; minimum: number }) =>
    `${farmers} farmers are fewer than the minimum of ${minimum}.`,
  none: () => 'A rebuild is never done without farmers.',
  works_alone: ({ farmers, ready }: { farmers: number; ready: number }) =>
    `The engine does the rebuild alone, without its farmers (${farmers} counted in of ${ready} ready). That would take days on one node, so it is stopped.`,
  limit: ({ activeMs, limitMs }: { activeMs: number; limitMs: number }) =>
    `It has taken ${formatDuration(activeMs)} without pauses, and the limit is ${formatDuration(limitMs)}.`,
  nobody_answered: ({ ms }: { ms: number }) => `Nobody answered within ${formatDuration(ms)}.`,
};

export type RebuildProblem = Message<typeof problems>;

export const problemWords = wordsFrom(problems);
