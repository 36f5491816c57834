/** Arguments of a Web API call, whatever the body's type; values as Slack sees them (strings, or parsed JSON). */
export type Args = Readonly<Record<string, unknown>>;

const jsonFields = ['blocks', 'attachments', 'view', 'metadata', 'files'] as const;

/** What cannot be parsed as JSON stays a string, and the checks refuse it. Multipart bodies are not read. */
export const readArgs = (contentType: string, query: URLSearchParams, body: string): Args => {
  const args: Record<string, unknown> = Object.fromEntries(query);
  if (contentType.includes('application/json')) Object.assign(args, parseJson(body) ?? {});
  else if (!contentType.includes('multipart/'))
    Object.assign(args, Object.fromEntries(new URLSearchParams(body)));
  for (const field of jsonFields) {
    const value = args[field];
    if (typeof value === 'string') args[field] = parseJson(value) ?? value;
  }
  return args;
};

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const flag = (value: unknown): boolean =>
  value === true || value === 'true' || value === '1' || value === 1;

export const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

export const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
