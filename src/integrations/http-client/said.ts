import { cut, oneLine } from '../../core/text.ts';

/**
 * What an answer says of itself, as one plain line of at most 300 characters: its JSON
 * `message`, or its text; without a full stop.
 */
export const said = (body: string): string => {
  const text = oneLine(body);
  if (text === '') return '(an empty answer)';
  if (/^<(!doctype|html)/i.test(text)) return '(an HTML page)';
  return cut(oneLine(messageIn(body) ?? text).replace(/\.$/, ''), 300);
};

const messageIn = (body: string): string | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = ['message', 'error', 'detail', 'title']
    .map((name): unknown => Reflect.get(value, name))
    .find((part) => typeof part === 'string' && part !== '');
  return typeof found === 'string' ? found : undefined;
};
