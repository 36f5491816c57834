import type { Http } from '../../integrations/http-client/call.ts';
import type { AppContext } from './context.ts';

/**
 * A port whose failures say nothing secret: every text of a result that is not `ok`, and the message of what is
 * thrown, passes `safe`. What went well is left as it is, but for a `text` of the other system's own.
 */
export const redacted = <T extends object>(port: T, safe: (text: string) => string): T =>
  new Proxy(port, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        return result instanceof Promise ? result.then((ended) => clean(ended, safe), thrown(safe)) : result;
      };
    },
  });

const clean = (result: unknown, safe: (text: string) => string): unknown => {
  if (typeof result !== 'object' || result === null || !('ok' in result)) return result;
  if (result.ok === false) return mapped(result, safe, 0);
  return 'text' in result && typeof result.text === 'string'
    ? { ...result, text: safe(result.text) }
    : result;
};

const mapped = (value: unknown, safe: (text: string) => string, depth: number): unknown => {
  if (typeof value === 'string') return safe(value);
  if (depth > 5 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => mapped(part, safe, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapped(part, safe, depth + 1)]));
};

/** The same error, its words made safe: who catches it may tell its class apart. */
const thrown =
  (safe: (text: string) => string) =>
  (error: unknown): never => {
    if (error instanceof Error) error.message = safe(error.message);
    throw error;
  };

/** An HTTP client that sends no secret of the config in a body of JSON: what a ticket holds is read by many. */
export const withoutSecrets = (http: Http, { redactor }: Pick<AppContext, 'redactor'>): Http => ({
  call: (ask) => {
    if (ask.json === undefined) return http.call(ask);
    const text = JSON.stringify(ask.json);
    const safe = redactor.known(text);
    return http.call(safe === text ? ask : { ...ask, json: JSON.parse(safe) as unknown });
  },
  [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
});
