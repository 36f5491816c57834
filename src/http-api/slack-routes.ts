import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inTime } from '../core/deadline.ts';
import { HttpRefusal } from './shared/refusal.ts';
import { type SlackDenial, slackDenials } from './slack/refusals.ts';
import { replayWindowMs, verifySignature } from './slack/signature.ts';
import { isTlsCheck, readSlackBody } from './slack/slack-body.ts';

/** A request that Slack signed, for whoever acts on it. */
export interface SlackRequest {
  readonly body: Readonly<Record<string, unknown>>;
  /** Slack sends it again, for the n-th time. */
  readonly retryNum?: number;
  readonly retryReason?: string;
}

export interface SlackAnswer {
  readonly status: number;
  readonly body?: string | Readonly<Record<string, unknown>>;
}

export interface SlackInbox {
  /** Shown only to be checked against. */
  readonly signingSecret: string;
  /** Whether somebody acts on requests here, now. */
  listening(): boolean;
  /** Answers within 3 s, and as soon as a listener has. */
  take(request: SlackRequest): Promise<SlackAnswer>;
  /** Whether no process saw this signature before; true where the store cannot say. */
  first(signature: string): Promise<boolean>;
  /** Told of every request that was refused. */
  denied(denial: SlackDenial, address: string): void;
}

export const slackPath = '/slack/events';
/** A view of 100 blocks with all they may hold is below a megabyte, as a form. */
const maxBytes = 2 * 1024 * 1024;
/** Requests held in memory at once. */
const maxAtOnce = 64;
/**
 * How long the store may take to say whether a request came before. As long as for whether another process had the command
 * (`commands/middleware/once.ts`): both are waited for, one after the other, within the 3 s that Slack gives an answer.
 */
const askedForMs = 300;
/** Both sides of the window, and the time to look. */
const rememberedMs = 2 * replayWindowMs + 60_000;

/**
 * `POST /slack/events`: events, commands, clicks, modals and the options of selects, signed by Slack. The signature is
 * of the bytes as they came, so nothing is decoded before it was checked.
 */
export const slackRoutes = (
  app: FastifyInstance,
  { inbox, now }: { readonly inbox: SlackInbox; readonly now: () => number },
): void => {
  let atOnce = 0;
  const seen = createSeen(now);
  const deny = (denial: SlackDenial, request: FastifyRequest): HttpRefusal => {
    inbox.denied(denial, request.ip);
    const { status, says } = slackDenials[denial];
    return new HttpRefusal(status, denial, `${says} Nothing was done.`, hint);
  };

  app.route({
    method: 'POST',
    url: slackPath,
    bodyLimit: maxBytes,
    onRequest: async (request, reply) => {
      if (atOnce >= maxAtOnce) throw busy;
      atOnce++;
      reply.raw.once('close', () => {
        atOnce--;
      });
      request.contentType = request.headers['content-type'];
      // The framework must not judge it: what is wrong with it is said, and goes to the audit, here.
      request.raw.headers['content-type'] = 'application/octet-stream';
    },
    errorHandler: (error, request) => {
      const large = error instanceof Error && 'statusCode' in error && error.statusCode === 413;
      throw large && !(error instanceof HttpRefusal) ? deny('too_large', request) : error;
    },
    handler: async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signature = header(request, 'x-slack-signature');
      const verdict = verifySignature(
        inbox.signingSecret,
        { signature, timestamp: header(request, 'x-slack-request-timestamp') },
        bytes,
        now(),
      );
      if (verdict.code !== 'signed') {
        if (verdict.code === 'missing_headers' && isTlsCheck(request.contentType, bytes)) return '';
        throw deny(verdict.code, request);
      }
      const read = readSlackBody(request.contentType, bytes);
      if (read.code === 'challenge') return { challenge: read.challenge };
      if (read.code !== 'request') throw deny(read.code, request);
      if (read.body['ssl_check'] === '1') return '';
      // Before it counts as seen: what is not taken may come again.
      if (!inbox.listening()) throw notListening;
      const once = signature ?? '';
      if (!seen(once) || (await inTime(askedForMs, () => inbox.first(once))) === false) {
        throw deny('replayed', request);
      }
      const { status, body } = await inbox.take({ body: read.body, ...retryOf(request) });
      return reply.code(status).send(body ?? '');
    },
  });
};

const hint =
  'Only Slack sends here. If Slack did: check slack.signing_secret (Basic Information → App Credentials), the clock of this machine, and that no proxy in between changes the body.';

const busy = new HttpRefusal(
  503,
  'busy',
  'Too many requests are being taken in at this moment. Nothing was done.',
  'Send it again in a second.',
  { headers: { 'retry-after': '1' } },
);

const notListening = new HttpRefusal(
  503,
  'not_listening',
  'This process does not listen to people at this moment. Nothing was done.',
  'Send it again; where it lasts, see /statusz.',
  { headers: { 'retry-after': '1' } },
);

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const retryOf = (request: FastifyRequest): Pick<SlackRequest, 'retryNum' | 'retryReason'> => {
  const num = header(request, 'x-slack-retry-num');
  const reason = header(request, 'x-slack-retry-reason');
  return {
    ...(num !== undefined && /^\d{1,3}$/.test(num) && { retryNum: Number(num) }),
    ...(reason !== undefined && { retryReason: reason.slice(0, 100) }),
  };
};

/** False for what this process saw before. Only signatures that were right come here, so Slack alone can fill it. */
const createSeen = (now: () => number): ((signature: string) => boolean) => {
  // A Map keeps the order of insertion: the oldest come first.
  const at = new Map<string, number>();
  return (signature) => {
    for (const [old, since] of at) {
      if (now() - since < rememberedMs) break;
      at.delete(old);
    }
    if (at.has(signature)) return false;
    at.set(signature, now());
    return true;
  };
};

declare module 'fastify' {
  interface FastifyRequest {
    /** As Slack gave it. */
    contentType: string | undefined;
  }
}
