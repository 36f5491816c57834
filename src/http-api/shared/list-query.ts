import type { AlertFilter } from '../../alerts/ports/queries.ts';
import type { Problem } from '../../core/errors.ts';
import { type Severity, severities } from '../../core/severity.ts';
import { readQuery } from './query-reader.ts';

export const defaultLimit = 50;
export const maxLimit = 200;

const known = ['status', 'tier', 'severity', 'label', 'limit', 'cursor'] as const;

/**
 * The filter of `GET /v1/alerts`, or every problem of its query. `label=name:value` may be repeated, all must hold;
 * everything else may be given once. An unknown parameter is a problem: ignoring it would answer another question.
 */
export const parseListQuery = (
  query: URLSearchParams,
): { readonly filter: AlertFilter } | { readonly problems: readonly Problem[] } => {
  const reader = readQuery(query, known, ['label']);
  const { problems, problem, one, text } = reader;
  const status = one('status', ['firing', 'resolved']);
  const severity = one<Severity>('severity', severities);
  const tier = text('tier');
  const cursor = text('cursor');
  const labels = parseLabels(query.getAll('label'), problem);
  const limit = reader.limit(defaultLimit, maxLimit);

  if (problems.length > 0) return { problems };
  return {
    filter: {
      ...(status !== undefined && { status }),
      ...(severity !== undefined && { severity }),
      ...(tier !== undefined && { tier }),
      ...(labels.size > 0 && { labels: Object.fromEntries(labels) }),
      ...(cursor !== undefined && { cursor }),
      limit,
    },
  };
};

const parseLabels = (
  texts: readonly string[],
  problem: (path: string, message: string) => undefined,
): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const colon = text.indexOf(':');
    const [name, value] = [text.slice(0, colon), text.slice(colon + 1)];
    if (colon < 1 || value === '') problem('label', 'is not name:value, as in label=service:payments');
    else if (labels.has(name) && labels.get(name) !== value) {
      problem('label', `asks for two values of ${name} at once; no alert has both`);
    } else labels.set(name, value);
  }
  return labels;
};
