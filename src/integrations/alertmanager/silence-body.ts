import type { SilenceRequest } from '../../alerts/ports/ports.ts';
import { cut, oneLine } from '../../core/text.ts';

/** What a silence is found again by: the last thing in its comment. */
export const markOf = (key: string): string => `[farmhand ${oneLine(key).replaceAll(']', ')')}]`;

/** True when `comment` ends with the mark of `key`; a mark that a person typed earlier in it does not count. */
export const carriesMark = (comment: string, key: string): boolean => comment.trimEnd().endsWith(markOf(key));

/** The body of `POST /api/v2/silences`; a label without a value matches what lacks it, so it is left out. */
export const silenceBody = (request: SilenceRequest) => ({
  matchers: Object.entries(request.labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
  startsAt: new Date(request.startsAt).toISOString(),
  endsAt: new Date(request.endsAt).toISOString(),
  createdBy: cut(oneLine(request.createdBy), 200) || 'farmhand',
  comment: `${cut(oneLine(request.comment), 1000)} ${markOf(request.key)}`.trim(),
});

/**
 * A `filter` that keeps the answer small where it can be written without quoting questions: Alertmanager compares
 * it with the matchers of each silence.
 */
export const searchFilter = (labels: Readonly<Record<string, string>>): string => {
  const name = labels['alertname'];
  return name !== undefined && /^[\w.:-]+$/.test(name)
    ? `?filter=${encodeURIComponent(`alertname="${name}"`)}`
    : '';
};
