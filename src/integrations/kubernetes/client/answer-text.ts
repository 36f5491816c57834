import { ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { withoutAnyNull } from '../../../core/json.ts';

/** An answer with its text changed before the client makes objects of it; refusals stay as they are. */
export const rewritten = async (
  context: ResponseContext,
  change: (text: string) => string,
): Promise<ResponseContext> => {
  if (context.httpStatusCode !== 200) return context;
  const text = change(await context.body.text());
  const { body } = new Response(text);
  return new ResponseContext(context.httpStatusCode, context.headers, {
    text: async () => text,
    binary: async () => Buffer.from(text),
    stream: () => body,
  });
};

/**
 * JSON without fields that are null: the client hands them on as they are, and its types say that they are undefined.
 * Go writes an empty list as null, so the items of a list are there in any case. Pure.
 */
export const nullsRemoved = (text: string): string => {
  if (!/[:[,]\s*null/.test(text)) return text;
  try {
    const json = withoutAnyNull(JSON.parse(text));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return text;
    const isList = 'kind' in json && typeof json.kind === 'string' && json.kind.endsWith('List');
    return JSON.stringify(isList && !('items' in json) ? { ...json, items: [] } : json);
  } catch {
    return text;
  }
};
