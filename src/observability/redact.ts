import { formsOf } from './secret-forms.ts';
import { secretPatterns } from './secret-patterns.ts';

/** Takes secrets out of everything that is about to be seen: log lines, error texts, `/statusz`. */
export interface Redactor {
  /** From now on this value is replaced wherever it turns up, in any of its forms. Under 6 characters is ignored: it would blank out ordinary words. */
  registerSecret(value: string): void;
  /** Without registered secrets and whatever looks like one. */
  text(text: string): string;
  /** Without registered secrets only: for what is sent on, where an alert's own words must stay as they are. */
  known(text: string): string;
  /** A copy of `value` that is safe to print as JSON: bounded, without cycles, secrets replaced. */
  data(value: unknown): unknown;
}

const mark = '[redacted]';
const secretKey =
  /token|passw(or)?d|passphrase|secret|authorization|cookie|credential|api[_-]?key|private[_-]?key|access[_-]?key/i;
const maxDepth = 6;
const maxItems = 100;
const maxText = 8192;

/** One per process, made before the config is read, so that no secret is ever known before it is hidden. */
export const createRedactor = (): Redactor => {
  const known = new Set<string>();
  let sorted: readonly string[] = [];

  const registerSecret = (value: string): void => {
    for (const form of formsOf(value)) known.add(form);
    // Longest first: a secret that contains another must go as a whole.
    sorted = [...known].sort((a, b) => b.length - a.length);
  };

  const withoutKnown = (input: string): string =>
    sorted.reduce((out, value) => (out.includes(value) ? out.replaceAll(value, mark) : out), input);

  const text = (input: string): string => {
    let out = withoutKnown(input);
    for (const { pattern, by } of secretPatterns) out = out.replace(pattern, by);
    return out;
  };

  const clipped = (input: string): string =>
    input.length > maxText
      ? // Redact beyond the cut first: half a secret is not recognised any more.
        `${text(input.slice(0, maxText + 1024)).slice(0, maxText)}… (${input.length} characters)`
      : text(input);

  const walk = (value: unknown, depth: number, above: readonly object[]): unknown => {
    if (typeof value === 'string') return clipped(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return clipped(String(value));
    if (typeof value === 'function') return '[function]';
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (above.includes(value)) return '[circular]';
    if (depth >= maxDepth) return '[…]';
    const inside = [...above, value];
    if (value instanceof Error) return errorFacts(value, (part) => walk(part, depth + 1, inside));
    if (value instanceof Map) return walk(Object.fromEntries(value), depth, inside);
    if (value instanceof Set) return walk([...value], depth, inside);
    if (Array.isArray(value)) {
      const items = value.slice(0, maxItems).map((item) => walk(item, depth + 1, inside));
      return value.length > maxItems ? [...items, `… ${value.length - maxItems} more`] : items;
    }
    if (hasToJson(value)) return walk(value.toJSON(), depth + 1, inside);
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, maxItems)
        .map(([key, part]) => [clipped(key), hides(key, part) ? mark : walk(part, depth + 1, inside)]),
    );
  };

  const data = (value: unknown): unknown => {
    try {
      return walk(value, 0, []);
    } catch (error) {
      // A getter or toJSON of a foreign object threw: a log line must not bring down what it tells of.
      return { unprintable: error instanceof Error ? text(error.message) : 'unknown' };
    }
  };

  return { registerSecret, text, known: withoutKnown, data };
};

/** True for names of fields and headers that hold a credential. */
export const namesSecret = (name: string): boolean => secretKey.test(name);

/** A number under such a name is a count (`tokens: 3`), not a secret. */
const hides = (key: string, value: unknown): boolean =>
  namesSecret(key) && value !== null && (typeof value === 'string' || typeof value === 'object');

const hasToJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

/** Only what is known of errors: SDKs hang requests, headers and bodies on theirs. */
const errorFacts = (error: Error, walk: (part: unknown) => unknown): Record<string, unknown> => ({
  name: walk(error.name),
  ...('code' in error && { code: walk(error.code) }),
  message: walk(error.message),
  ...('problems' in error && { problems: walk(error.problems) }),
  ...(error.stack !== undefined && { stack: walk(error.stack) }),
  ...(error.cause !== undefined && { cause: walk(error.cause) }),
  ...(error instanceof AggregateError && { errors: walk(error.errors) }),
});
