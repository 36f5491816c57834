import type { AlertFilter } from '../alerts/ports/queries.ts';
import type { Problem } from '../core/errors.ts';
import { type Severity, severities } from '../core/severity.ts';

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
  const problems: Problem[] = [];
  const problem = (path: string, message: string): undefined => void problems.push({ path, message });

  for (const name of new Set(query.keys())) {
    if (!(known as readonly string[]).includes(name)) problem(name, `is unknown; use ${known.join(', ')}`);
    else if (name !== 'label' && query.getAll(name).length > 1) problem(name, 'is given more than once');
  }

  const one = <T extends string>(name: string, values: readonly T[]): T | undefined => {
    const text = query.get(name);
    if (text === null) return undefined;
    return values.find((value) => value === text) ?? problem(name, `is none of ${values.join(', ')}`);
  };
  const text = (name: string): string | undefined => {
    const value = query.get(name);
    return value === '' ? problem(name, 'is empty') : (value ?? undefined);
  };
  const status = one('status', ['firing', 'resolved']);
  const severity = one<Severity>('severity', severities);
  const tier = text('tier');
  const cursor = text('cursor');
  const labels = parseLabels(query.getAll('label'), problem);
  const limitText = query.get('limit') ?? String(defaultLimit);
  const limit = /^\d{1,4}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > maxLimit) problem('limit', `is not a whole number from 1 to ${maxLimit}`);

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
