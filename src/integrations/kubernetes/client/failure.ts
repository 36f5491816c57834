import { ApiException } from '@kubernetes/client-node/dist/gen/apis/exception.js';
import { DeadlinePassed } from '../../../core/deadline.ts';
import { withoutAnyNull } from '../../../core/json.ts';
import { cut, oneLine } from '../../../core/text.ts';
import { codeOf, isBeforeSending, parseRetryAfter } from '../../http-client/call.ts';
import { said } from '../../http-client/said.ts';
import { type Denial, denialOf } from './denial.ts';
import { KubernetesStatus } from './schema.ts';

/**
 * Why a call did not give what was asked. `not_sent`: surely nothing was received. `lost`: sent, and not answered in
 * time or in full. `answered`: kube-apiserver said no. `says` is one plain line without a full stop.
 */
export type KubernetesFailure =
  | { readonly kind: 'not_sent' | 'lost'; readonly says: string }
  | {
      readonly kind: 'answered';
      readonly says: string;
      readonly status: number;
      /** `Conflict`, `NotFound`, `Forbidden` …, where the answer is a Status object. */
      readonly reason: string | undefined;
      readonly retryAfterMs: number | undefined;
      /** Who refused it before anything was stored, where that was not the API server itself. */
      readonly denial?: Denial;
    };

/** What is thrown when there is no client to call with. Nothing was sent. */
export class NoClient extends Error {
  override readonly name = 'NoClient';
}

/** `sent`: the request had been made up, credentials included, and was handed to the network. */
export const failureOf = (error: unknown, sent: boolean, now: number): KubernetesFailure => {
  if (error instanceof ApiException) return answered(error, now);
  if (error instanceof DeadlinePassed) return { kind: sent ? 'lost' : 'not_sent', says: error.message };
  const code = codeOf(error);
  const says =
    code === undefined || deepest(error).includes(code) ? deepest(error) : `${deepest(error)} (${code})`;
  return { kind: !sent || isBeforeSending(code) ? 'not_sent' : 'lost', says };
};

const answered = (error: ApiException<unknown>, now: number): KubernetesFailure => {
  const body = typeof error.body === 'string' ? error.body : '';
  const status = parseStatus(body);
  const seconds = status?.details?.retryAfterSeconds;
  const retryAfterMs =
    parseRetryAfter(error.headers['retry-after'], now) ??
    (seconds === undefined ? undefined : seconds * 1000);
  const denial = denialOf(status?.message ?? body);
  return {
    kind: 'answered',
    status: error.code,
    reason: status?.reason,
    retryAfterMs,
    says: body === '' && error.code === 401 ? 'Unauthorized' : said(body),
    ...(denial && { denial }),
  };
};

const parseStatus = (body: string): KubernetesStatus | undefined => {
  try {
    return KubernetesStatus.safeParse(withoutAnyNull(JSON.parse(body))).data;
  } catch {
    return undefined;
  }
};

/** The words of what caused it all: `fetch failed` alone helps nobody. */
const deepest = (error: unknown): string => {
  let found = error;
  for (let depth = 0; depth < 4 && found instanceof Error && found.cause instanceof Error; depth++) {
    found = found.cause;
  }
  if (found instanceof AggregateError && found.message === '') {
    return cut(oneLine(found.errors.map((each) => deepest(each)).join('; ')), 300);
  }
  return cut(oneLine(found instanceof Error ? found.message : String(found)).replace(/\.$/, ''), 300);
};

/** A failure with where it happened, for people; without a full stop. */
export const explainKubernetes = (cluster: string, failure: KubernetesFailure): string => {
  if (failure.kind !== 'answered') return `cluster ${cluster}: ${failure.says}`;
  return `cluster ${cluster} answered ${failure.status}: ${failure.says}${hintOf(failure)}`;
};

const hintOf = ({ status, says, denial }: Extract<KubernetesFailure, { kind: 'answered' }>): string => {
  if (denial) return `; ${denial.means}`;
  if (status === 401) return '; its credentials are not accepted: renew the token in the kubeconfig';
  // Quotas and the like say "forbidden", too, and no right would help.
  const right = / cannot \w+ (resource|path) /.test(says);
  return status === 403 && right ? '; the Role in helm/farmhand/templates/rbac.yaml has what is needed' : '';
};
