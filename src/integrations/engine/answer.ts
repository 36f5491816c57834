import type { EffectResult } from '../../rebuild/ports/ports.ts';
import { type HttpOutcome, parseRetryAfter } from '../http-client/call.ts';
import { said } from '../http-client/said.ts';

export type EngineFailure = Extract<EffectResult, { ok: false }>;
export type EngineAnswered = Extract<HttpOutcome, { kind: 'answered' }>;

/** `2xx`, or why not. `unknown`: it was sent, and may have been done. `who` begins the sentence. */
export const accepted = (
  who: string,
  outcome: HttpOutcome,
  now: number,
): EngineFailure | { readonly ok: true; readonly answer: EngineAnswered } => {
  if (outcome.kind === 'not_sent') return fail('retry', `${who} cannot be reached: ${outcome.error}`);
  if (outcome.kind === 'lost') return fail('unknown', `${who} gave no answer: ${outcome.error}`);
  const { status } = outcome;
  if (status >= 200 && status < 300) return { ok: true, answer: outcome };
  const what = `${who} answered ${status}: ${said(outcome.body)}`;
  if (status === 408 || status === 425 || status === 429 || status === 503) {
    const retryAfterMs = parseRetryAfter(outcome.headers['retry-after'], now);
    return { ...fail('retry', what), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  if (status >= 500) return fail('unknown', what);
  if (status === 409) return fail('conflict', what);
  if (status === 401 || status === 403) {
    return fail('refused', `${what}. Check rebuilds.engine.token in farmhand.yml`);
  }
  if (status < 400) {
    return fail(
      'refused',
      `${what}. Redirects are not followed: check the instance's admin URL in its values`,
    );
  }
  if (status === 404) return fail('refused', `${what}. Check the instance's admin URL in its values`);
  return fail('refused', what);
};

const fail = (kind: EngineFailure['kind'], error: string): EngineFailure => ({
  ok: false,
  kind,
  error: `${error}.`,
});
