import { record } from '../args.ts';

/** Collects what is wrong, in Slack's words: `[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/…]`. */
export interface Problems {
  readonly list: readonly string[];
  add(pointer: string, what: string): void;
  /** Characters of all texts seen: their sum has a limit of its own. */
  readonly characters: number;
  count(text: string): void;
}

export const createProblems = (): Problems => {
  const list: string[] = [];
  let characters = 0;
  return {
    list,
    add: (pointer, what) => list.push(`[ERROR] ${what} [json-pointer:${pointer}]`),
    get characters() {
      return characters;
    },
    count: (text) => {
      characters += text.length;
    },
  };
};

type Json = Readonly<Record<string, unknown>>;

/** A string of `min` to `max` characters; absent is fine unless `required`. */
export const string = (
  problems: Problems,
  pointer: string,
  value: unknown,
  max: number,
  options: { min?: number; required?: boolean } = {},
): void => {
  if (value === undefined || value === null) {
    if (options.required) problems.add(pointer, 'missing required field');
    return;
  }
  if (typeof value !== 'string') {
    problems.add(pointer, 'must be a string');
    return;
  }
  if (value.length > max) problems.add(pointer, `must be less than ${max + 1} characters`);
  if (value.length < (options.min ?? 0))
    problems.add(pointer, `must be more than ${(options.min ?? 0) - 1} characters`);
};

/** A text object; `plain` refuses mrkdwn. */
export const textObject = (
  problems: Problems,
  pointer: string,
  value: unknown,
  max: number,
  options: { plain?: boolean; required?: boolean } = {},
): void => {
  const object = record(value);
  if (!object) {
    if (value !== undefined || options.required) problems.add(pointer, 'must be a text object');
    return;
  }
  const { type } = object;
  if (type !== 'plain_text' && (type !== 'mrkdwn' || options.plain)) {
    problems.add(`${pointer}/type`, options.plain ? 'must be plain_text' : 'must be plain_text or mrkdwn');
  }
  if (type === 'mrkdwn' && 'emoji' in object) problems.add(`${pointer}/emoji`, 'is not allowed with mrkdwn');
  string(problems, `${pointer}/text`, object['text'], max, { min: 1, required: true });
  if (typeof object['text'] === 'string') problems.count(object['text']);
};

/** A list of `min` to `max` objects, each checked by `each`. */
export const list = (
  problems: Problems,
  pointer: string,
  value: unknown,
  [min, max]: readonly [number, number],
  each: (item: Json, pointer: string) => void,
): void => {
  if (!Array.isArray(value)) {
    problems.add(pointer, 'must be an array');
    return;
  }
  if (value.length < min) problems.add(pointer, `no fewer than ${min} items required`);
  if (value.length > max) problems.add(pointer, `no more than ${max} items allowed`);
  for (const [index, item] of value.entries()) {
    const object = record(item);
    if (object) each(object, `${pointer}/${index}`);
    else problems.add(`${pointer}/${index}`, 'must be an object');
  }
};
