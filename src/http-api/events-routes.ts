import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config/schema/schema.ts';
import { DeadlinePassed, withDeadline } from '../core/deadline.ts';
import { FarmhandError } from '../core/errors.ts';
import type { IngestPort, IngestReceipt, RawMessage } from '../intake/wire/raw.ts';
import { namesSecret } from '../observability/redact.ts';
import { type Sender, senderBy } from './shared/auth.ts';
import { presentReceipt } from './shared/present.ts';
import { HttpRefusal, storeUnavailable } from './shared/refusal.ts';
import type { AcceptedView, ErrorView } from './shared/schema.ts';

/**
 * From the whole body being here to the answer, ms. An Alertmanager gives up after its group_interval, ten seconds at
 * least; what a large body has begun is finished all the same, so that the next try finds it on record.
 */
const deadline = { usual: 4_500, big: 30_000 } as const;
/** Ten thousand alerts take longer than ten. */
const bigFrom = 256 * 1024;
/** Bodies held in memory at once; more are asked to come back. */
const maxAtOnce = 128;
/** And no more than so many of the largest size. */
const largestAtOnce = 4;

/** How a sender was answered; nothing of what it sent. */
export interface EventsAnswered {
  readonly status: number;
  /** Name of its token, where that has one. */
  readonly source: string | undefined;
  readonly address: string;
  /** Names itself in its `User-Agent`, cut and cleaned. */
  readonly agent: string;
  /** The reason of what could not be read. */
  readonly reason: string | undefined;
}
export type OnAnswer = (answered: EventsAnswered) => void;

/**
 * `POST /v1/events`: any content type, the body as it came. Each request is one call of the intake, so its receipt
 * and its failure are its own; requests at the same time share round trips in the store's pipeline.
 */
export const eventsRoutes = (
  app: FastifyInstance,
  options: {
    ingest: IngestPort | undefined;
    config: Pick<Config['http'], 'events_token' | 'sources' | 'max_body_bytes'>;
    /** Header that names the cluster. */
    clusterHeader: string;
    onAnswer?: OnAnswer | undefined;
    /** How long a tier waits until more of it is taken in; ms. Undefined tier: its token names none. */
    waitMs?: ((tier: string | undefined) => number) | undefined;
    now: () => number;
  },
): void => {
  const senderOf = senderBy(options.config);
  let atOnce = 0;
  let bytesAtOnce = 0;

  app.route({
    method: 'POST',
    url: '/v1/events',
    bodyLimit: options.config.max_body_bytes,
    config: { what: 'events' },
    onRequest: async (request, reply) => {
      if (options.ingest === undefined) throw notHere;
      request.sender = senderOf(request.headers.authorization);
      const waitMs = options.waitMs?.(request.sender?.tier) ?? 0;
      if (waitMs > 0) throw overQuota(waitMs);
      const { max_body_bytes } = options.config;
      const bytes = Math.min(max_body_bytes, bytesOf(request) ?? max_body_bytes);
      if (atOnce >= maxAtOnce || bytesAtOnce + bytes > largestAtOnce * max_body_bytes) throw busy;
      atOnce++;
      bytesAtOnce += bytes;
      reply.raw.once('close', () => {
        atOnce--;
        bytesAtOnce -= bytes;
      });
      request.original = { ...headersOf(request), ...clusterInUrl(request, options.clusterHeader) };
      // Which shape it is decides the intake; here a malformed type must not be a reason to refuse the body.
      request.raw.headers['content-type'] = 'application/octet-stream';
    },
    onResponse: async (request, reply) => {
      options.onAnswer?.({
        status: reply.statusCode,
        source: request.sender?.name,
        address: request.ip,
        agent: (request.headers['user-agent'] ?? '').replace(/[^\w ./-]/g, '').slice(0, 60),
        reason: request.reason,
      });
    },
    handler: async (request, reply) => {
      const { ingest } = options;
      if (ingest === undefined) throw notHere;
      const message: RawMessage = {
        value: Buffer.isBuffer(request.body) ? request.body : null,
        headers: request.original,
        position: { via: 'http', request: request.id, index: 0 },
        receivedAt: options.now(),
        ...(request.sender?.tier !== undefined && { topicTier: request.sender.tier }),
        ...(request.sender?.cluster !== undefined && { cluster: request.sender.cluster }),
      };
      const receipt = await durable(ingest, message);
      const unreadable = receipt.ids.length === 0 && receipt.rejected.length > 0;
      const accepted = presentReceipt(receipt);
      request.reason = receipt.rejected[0]?.reason;
      return unreadable
        ? reply.code(422).send(unreadableBody(accepted, request.id))
        : reply.code(202).send(accepted);
    },
  });
};

const durable = async (ingest: IngestPort, message: RawMessage): Promise<IngestReceipt> => {
  try {
    const big = (message.value?.length ?? 0) > bigFrom;
    return await withDeadline(big ? deadline.big : deadline.usual, (signal) =>
      ingest.ingest([message], signal),
    );
  } catch (error) {
    if (error instanceof DeadlinePassed || (error instanceof FarmhandError && error.retryable)) {
      throw storeUnavailable('events', error);
    }
    throw error;
  }
};

/**
 * 422 and not 5xx: sending the same body again at once would not help. An Alertmanager counts it as a failed
 * notification and posts the group again at its next group_interval; the body is then known, and kept only once.
 */
const unreadableBody = (accepted: AcceptedView, requestId: string): ErrorView => ({
  error: 'unreadable',
  message: 'Nothing in the body could be read as an event. It is kept in the dead letters, as it came.',
  hint: 'See `rejected` for every problem; the envelope is described in docs/. Do not send the same body again.',
  ...accepted,
  request_id: requestId,
});

const busy = new HttpRefusal(
  503,
  'busy',
  'Too many bodies are being taken in at this moment. Nothing was stored.',
  'Send the same body again in a second.',
  { headers: { 'retry-after': '1' } },
);

/** 429 and not 503: it is this sender's to slow down, and nobody is to be called for it. */
const overQuota = (waitMs: number): HttpRefusal =>
  new HttpRefusal(
    429,
    'tier_quota',
    'More came of this tier than its quota allows (tiers.list[].limits.events_per_second). Nothing was stored.',
    'Send the same body again after `Retry-After` seconds; or ask for a larger quota.',
    { headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) } },
  );

const notHere = new HttpRefusal(
  403,
  'endpoint_off',
  'This process takes in no events: its role has no intake. Nothing was stored.',
  'Send events to a process with the role intake or all.',
);

/** What concerns this hop only, or names a credential, is nobody's business past this point. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

const headersOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(request.raw.headers).flatMap(([name, value]) =>
      typeof value !== 'string' || hopByHop.has(name) || namesSecret(name) ? [] : [[name, value]],
    ),
  );

/** Undefined where it is sent in chunks: then nobody knows. */
const bytesOf = ({ headers }: FastifyRequest): number | undefined =>
  /^\d{1,15}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : undefined;

/** `?cluster=`: an Alertmanager before 0.28 can send no header of its own, but any URL. */
const clusterInUrl = ({ url }: FastifyRequest, header: string): Readonly<Record<string, string>> => {
  const cluster = new URLSearchParams(url.split('?', 2)[1] ?? '').get('cluster');
  return cluster === null || cluster === '' ? {} : { [header.toLowerCase()]: cluster };
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Headers as the sender gave them, without credentials. */
    original: Readonly<Record<string, string>>;
    /** Undefined: it came with the common token. */
    sender: Sender | undefined;
    /** Of the first part that could not be read. */
    reason: string | undefined;
  }
  interface FastifyContextConfig {
    /** What a failure of the store means here. */
    what?: 'events' | 'read';
  }
}
