import { FarmhandError, type Problem, StoreUnavailable, UnreadableRecord } from '../../core/errors.ts';
import type { ErrorView } from './schema.ts';

/** A request that is answered with an error on purpose; everything the caller needs to act is in it. */
export class HttpRefusal extends FarmhandError {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly hint: string;
  readonly problems: readonly Problem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    hint: string,
    options: {
      problems?: readonly Problem[];
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(code, message, { retryable: status === 503, cause: options.cause });
    this.status = status;
    this.hint = hint;
    this.problems = options.problems ?? [];
    this.headers = options.headers ?? {};
  }
}

/** Long enough for a Redis restart to be over, short enough for an alert. */
const retryAfter = { 'retry-after': '5' };

/** The store did not answer: 503, so that Alertmanager and every sane client sends it again. */
export const storeUnavailable = (what: 'events' | 'read', cause: unknown): HttpRefusal => {
  const why = cause instanceof StoreUnavailable && cause.why !== undefined ? ` ${cause.why}` : '';
  return what === 'events'
    ? new HttpRefusal(
        503,
        'store_unavailable',
        `The record store did not confirm the events in time, so they are not accepted. Some may already be on record.${why}`,
        'Send the same body again: events that are already on record are recognised and change nothing.',
        { headers: retryAfter, cause },
      )
    : new HttpRefusal(
        503,
        'store_unavailable',
        `The record store did not answer in time. Nothing was changed.${why}`,
        'Try again in a few seconds; /statusz tells which dependency is away.',
        { headers: retryAfter, cause },
      );
};

/** Any thrown thing as a refusal. What nobody foresaw is a 500 that tells nothing of the inside. */
export const httpRefusal = (error: unknown, what: 'events' | 'read'): HttpRefusal => {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof FarmhandError && error.code === 'invalid_cursor') {
    return new HttpRefusal(
      400,
      'invalid_cursor',
      'The cursor is not one that this API gave out, or it is too old.',
      'Start again without `cursor`, and pass `next` of each answer on unchanged.',
      { cause: error },
    );
  }
  if (error instanceof UnreadableRecord) {
    return new HttpRefusal(
      500,
      'unreadable_record',
      `${error.says} Nothing was changed.`,
      'Repair the key in Redis, or move it away with RENAME; asking again does not help before.',
      { cause: error },
    );
  }
  if (error instanceof FarmhandError && error.retryable) return storeUnavailable(what, error);
  const status = statusOf(error);
  if (status !== undefined) return malformed(status, error);
  return new HttpRefusal(
    500,
    'internal',
    what === 'events'
      ? 'Something in farmhand failed. The events are not accepted; some may already be on record.'
      : 'Something in farmhand failed. Nothing was changed.',
    'Try again; if it fails again, look for the request id in farmhand’s log.',
    { cause: error },
  );
};

/** What HTTP itself refuses, before any route has seen it. */
const malformed = (status: number, cause: unknown): HttpRefusal =>
  status === 413
    ? new HttpRefusal(
        413,
        'too_large',
        'The body is larger than http.max_body_bytes. Nothing was stored.',
        'Send fewer alerts in one body (Alertmanager: a finer group_by, or max_alerts of the webhook), compress it with gzip, or raise http.max_body_bytes.',
        { cause },
      )
    : new HttpRefusal(
        status,
        'bad_request',
        'The request could not be read. Nothing was stored.',
        'Check the URL, the headers and that the body is as long as Content-Length says.',
        {
          cause,
        },
      );

/** Status of the web framework's own refusals (4xx); everything else is unforeseen. */
const statusOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
};

export const bodyOf = (refusal: HttpRefusal, requestId: string): ErrorView => ({
  error: refusal.code,
  message: refusal.message,
  hint: refusal.hint,
  ...(refusal.problems.length > 0 && {
    problems: refusal.problems.map((p) => ({ path: p.path, message: p.message })),
  }),
  request_id: requestId,
});
