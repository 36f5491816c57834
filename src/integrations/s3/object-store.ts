import { createHash } from 'node:crypto';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError } from '../../core/errors.ts';
import type { Http, HttpOutcome } from '../http-client/call.ts';
import { pageIn, refusalIn } from './answers.ts';
import { type S3Credentials, signedHeaders, uriEncoded } from './sign.ts';

export type ArchiveSettings = NonNullable<Config['archive']>;

/** A bucket, below the prefix of the config: keys are without it. */
export interface ObjectStore {
  /** Resolves when the whole object is durable. `there`: it was there before, and was left as it is. */
  put(key: string, body: Buffer, signal?: AbortSignal): Promise<'stored' | 'there'>;
  get(key: string): Promise<Buffer>;
  /** All keys that begin so, in their order, from behind `after` on. */
  list(beginning: string, after?: string): AsyncGenerator<string>;
}

export interface ObjectStoreDeps {
  readonly http: Http;
  readonly credentials: () => Promise<S3Credentials>;
  readonly now: () => number;
}

/** What is asked for and not answered by then may have been done all the same; ms. */
const timeoutMs = 60_000;
/** An object is far smaller: a writer's limit, packed. */
const objectAtMost = 512 * 1024 * 1024;
const pageAtMost = 8 * 1024 * 1024;

interface Asked {
  readonly method: 'GET' | 'PUT';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly maxBytes: number;
}

/** Objects in storage that speaks S3: single calls, each signed with its whole body. Nothing is tried twice here. */
export const createObjectStore = (settings: ArchiveSettings, deps: ObjectStoreDeps): ObjectStore => {
  const { bucket, region, prefix, path_style: pathStyle } = settings;
  const endpoint = new URL(settings.endpoint ?? `https://s3.${region}.amazonaws.com`);
  const below = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;

  const urlOf = ({ key = '', query = {} }: Asked): URL => {
    const url = new URL(endpoint);
    if (!pathStyle) url.host = `${bucket}.${endpoint.host}`;
    const parts = [...(pathStyle ? [bucket] : []), ...key.split('/')];
    url.pathname = `${endpoint.pathname.replace(/\/$/, '')}/${parts.map(uriEncoded).join('/')}`;
    url.search = Object.entries(query)
      .map(([name, value]) => `${uriEncoded(name)}=${uriEncoded(value)}`)
      .join('&');
    return url;
  };

  const call = async (ask: Asked): Promise<HttpOutcome> => {
    const url = urlOf(ask);
    const { method, body = Buffer.alloc(0), maxBytes } = ask;
    const scope = { credentials: await deps.credentials(), region, now: deps.now() };
    const headers = signedHeaders({ method, url, headers: ask.headers ?? {}, body }, scope);
    return deps.http.call({
      ...{ method, url: url.href, headers, timeoutMs, maxBytes, asBytes: true },
      ...(method === 'PUT' && { bytes: body }),
    });
  };

  const failed = (what: string, outcome: HttpOutcome): FarmhandError => {
    const where = `${what} ${bucket} at ${endpoint.host}`;
    if (outcome.kind !== 'answered') {
      return new FarmhandError('archive_unreachable', `${where} was not answered: ${outcome.error}.`, {
        retryable: true,
      });
    }
    const { status, body, headers } = outcome;
    const said = refusalIn(body);
    const elsewhere = headers['x-amz-bucket-region'];
    const why =
      said === undefined ? `${status}` : `${status} ${said.code}${said.message && `: ${said.message}`}`;
    const hint =
      elsewhere !== undefined && elsewhere !== region
        ? ` The bucket is in ${elsewhere}: set archive.region.`
        : (hints[said?.code ?? String(status)] ?? '');
    return new FarmhandError(
      codes[said?.code ?? ''] ?? 'archive_failed',
      `${where} was refused: ${why}.${hint}`,
      {
        retryable: true,
      },
    );
  };

  return {
    put: async (key, body) => {
      const encryption = settings.encryption;
      const outcome = await call({
        method: 'PUT',
        key: `${below}${key}`,
        body,
        maxBytes: 64 * 1024,
        headers: {
          'content-type': 'application/gzip',
          'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
          ...(settings.create_only && { 'if-none-match': '*' }),
          ...(encryption !== 'bucket' && { 'x-amz-server-side-encryption': encryption }),
          ...(settings.kms_key_id !== undefined && {
            'x-amz-server-side-encryption-aws-kms-key-id': settings.kms_key_id,
          }),
        },
      });
      if (outcome.kind === 'answered' && outcome.status === 200) return 'stored';
      // The key says all that is in it: what is there is the same.
      if (outcome.kind === 'answered' && outcome.status === 412) return 'there';
      throw failed('Writing to', outcome);
    },
    get: async (key) => {
      const outcome = await call({ method: 'GET', key: `${below}${key}`, maxBytes: objectAtMost });
      if (outcome.kind === 'answered' && outcome.bytes && !outcome.cut) return outcome.bytes;
      throw failed(`Reading ${key} from`, outcome);
    },
    async *list(beginning, after) {
      let token: string | undefined;
      do {
        const outcome = await call({
          method: 'GET',
          maxBytes: pageAtMost,
          query: {
            'list-type': '2',
            'encoding-type': 'url',
            prefix: `${below}${beginning}`,
            ...(token === undefined
              ? after !== undefined && { 'start-after': `${below}${after}` }
              : { 'continuation-token': token }),
          },
        });
        const page = outcome.kind === 'answered' && outcome.bytes && pageIn(outcome.bytes.toString('utf8'));
        if (!page) throw failed('Listing', outcome);
        for (const { key } of page.objects) yield key.slice(below.length);
        token = page.next;
      } while (token !== undefined);
    },
  };
};

/** Stable words for metrics and logs. */
const codes: Readonly<Record<string, string>> = {
  AccessDenied: 'archive_denied',
  InvalidAccessKeyId: 'archive_denied',
  SignatureDoesNotMatch: 'archive_denied',
  ExpiredToken: 'archive_denied',
  NoSuchBucket: 'archive_no_bucket',
  RequestTimeTooSkewed: 'archive_clock',
};

const hints: Readonly<Record<string, string>> = {
  AccessDenied: ' docs/archive.md says which rights are needed.',
  403: ' docs/archive.md says which rights are needed.',
  NoSuchBucket: ' Make it first, or set archive.bucket; farmhand makes none.',
  NoSuchKey: ' The object was removed after it was listed (the bucket’s lifecycle).',
  RequestTimeTooSkewed: ' The clock of this machine is wrong.',
  SignatureDoesNotMatch: ' The secret key is another one, or a proxy changes the call on its way.',
  NotImplemented: ' If that is If-None-Match, set archive.create_only to false.',
  501: ' If that is If-None-Match, set archive.create_only to false.',
};
