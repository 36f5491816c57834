import { createHash } from 'node:crypto';
import { type S3Credentials, signedHeaders } from '../../src/integrations/s3/sign.ts';
import type { SimRequest, SimResponse } from '../simulator/server.ts';

export type S3Right = 's3:PutObject' | 's3:GetObject' | 's3:ListBucket';

export interface S3World {
  readonly bucket: string;
  readonly region: string;
  readonly credentials: S3Credentials;
  readonly objects: Map<string, Buffer>;
  /** Rights that the keys do not have. */
  readonly denied: Set<S3Right>;
  /** Keys in one page of a listing; S3 gives 1,000. */
  pageSize: number;
  readonly now: () => number;
  readonly url: () => string;
}

/** S3 refuses a call that was signed at a time further away; ms. */
const skew = 900_000;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const refused = (status: number, code: string, message: string): SimResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
});

/** What S3 answers, of what farmhand asks: objects written once, read, and listed in their order. Paths hold the bucket. */
export const answerS3 = (world: S3World, request: SimRequest): SimResponse => {
  const [, bucket = '', rest] = /^\/([^/]*)(?:\/(.*))?$/s.exec(request.path) ?? [];
  const key = decodeURIComponent(rest ?? '');
  const body = Buffer.from(request.body, 'latin1');
  const wrong = wrongSignature(world, request, body);
  if (wrong !== undefined) return wrong;
  if (bucket !== world.bucket) return refused(404, 'NoSuchBucket', 'The specified bucket does not exist');
  const right: S3Right =
    request.method === 'PUT' ? 's3:PutObject' : key === '' ? 's3:ListBucket' : 's3:GetObject';
  if (world.denied.has(right)) return refused(403, 'AccessDenied', `not authorized to perform: ${right}`);
  if (request.method === 'PUT') return put(world, key, request, body);
  if (request.method !== 'GET') return refused(405, 'MethodNotAllowed', 'The method is not allowed');
  if (key === '') return list(world, request.query);
  const found = world.objects.get(key);
  return found === undefined
    ? refused(404, 'NoSuchKey', 'The specified key does not exist.')
    : { status: 200, headers: { 'content-type': 'application/gzip' }, body: found };
};

const put = (world: S3World, key: string, { headers }: SimRequest, body: Buffer): SimResponse => {
  const digest = createHash('sha256').update(body).digest('base64');
  if ((headers['x-amz-checksum-sha256'] ?? digest) !== digest) {
    return refused(400, 'BadDigest', 'The SHA256 you specified did not match what we received');
  }
  if (headers['if-none-match'] === '*' && world.objects.has(key)) {
    return refused(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
    );
  }
  world.objects.set(key, body);
  return { status: 200, headers: { etag: `"${createHash('md5').update(body).digest('hex')}"` } };
};

const list = (world: S3World, query: URLSearchParams): SimResponse => {
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const keys = [...world.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
  const page = keys.slice(0, world.pageSize);
  const more = page.length < keys.length;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : escaped;
  const contents = page.map(
    (key) =>
      `<Contents><Key>${encode(key)}</Key><Size>${world.objects.get(key)?.length ?? 0}</Size></Contents>`,
  );
  const next = more
    ? `<NextContinuationToken>${Buffer.from(page.at(-1) ?? '').toString('base64url')}</NextContinuationToken>`
    : '';
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${world.bucket}</Name><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  };
};

/** Undefined: it is signed with the keys, now, and nothing of it was changed on its way. */
const wrongSignature = (world: S3World, request: SimRequest, body: Buffer): SimResponse | undefined => {
  const { headers, method } = request;
  const [, id, , region, names = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/.exec(
      headers['authorization'] ?? '',
    ) ?? [];
  if (id === undefined) return refused(403, 'AccessDenied', 'Access Denied');
  if (id !== world.credentials.accessKeyId) {
    return refused(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  }
  if (region !== world.region) {
    return refused(
      400,
      'AuthorizationHeaderMalformed',
      `the region '${region}' is wrong; expecting '${world.region}'`,
    );
  }
  const at = (headers['x-amz-date'] ?? '').replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const signedAt = Date.parse(at);
  if (!(Math.abs(signedAt - world.now()) <= skew)) {
    return refused(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  }
  if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex')) {
    return refused(400, 'XAmzContentSHA256Mismatch', 'The provided header does not match what was computed.');
  }
  const made = new Set(['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token']);
  const signed = names.split(';');
  const missing = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  const url = new URL(`${world.url()}${request.path}`);
  url.search = request.query.toString();
  const own = Object.fromEntries(
    signed.filter((name) => !made.has(name)).map((name) => [name, headers[name] ?? '']),
  );
  const expected = signedHeaders(
    { method: method === 'PUT' ? 'PUT' : 'GET', url, headers: own, body },
    { credentials: world.credentials, region: world.region, now: signedAt },
  );
  return missing.length === 0 && expected['authorization'] === headers['authorization']
    ? undefined
    : refused(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.');
};
