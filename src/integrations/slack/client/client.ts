import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../../../observability/log.ts';
import { createSlackFetch, openConnections, sendingOnly } from './fetch.ts';
import { createMessageCall, type MessageCall } from './message-call.ts';
import { toSlackOnly } from './own-hosts.ts';
import { sdkLogger } from './sdk-logger.ts';

export interface SlackClientOptions {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** Milliseconds; a call that takes longer counts as failed. Default 10 s. */
  readonly timeoutMs?: number;
  /** Takes out of what is sent whatever nobody may read there: secrets of the config. */
  readonly safe?: (text: string) => string;
  /** Calls under way at once, and connections kept. Default 64. */
  readonly concurrency?: number;
}

const usualTimeout = 10_000;

/**
 * No call is repeated by the SDK: its default repeats a post ten times after a lost answer, and so posts twice.
 * A 429 is thrown at once, because the SDK's own wait pauses every other call too.
 * The token goes to `apiUrl` only, and nothing goes to any host that is not of that Slack.
 */
export const clientOptions = (options: SlackClientOptions): WebClientOptions => ({
  slackApiUrl: options.apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: options.timeoutMs ?? usualTimeout,
  allowAbsoluteUrls: false,
  logger: sdkLogger(options.log),
  fetch: guarded(options, fetch),
});

const guarded = ({ apiUrl, safe }: SlackClientOptions, send: Parameters<typeof toSlackOnly>[1]) => {
  const own = toSlackOnly(apiUrl, send);
  return safe ? sendingOnly(safe, own) : own;
};

export interface SlackClient extends AsyncDisposable {
  readonly web: WebClient;
  /** What posts and changes messages. */
  readonly call: MessageCall;
}

/** The client that posts threads: one for the process, so that its connections are kept. Dispose closes them. */
export const createSlackClient = (options: SlackClientOptions): SlackClient => {
  const { concurrency = 64, timeoutMs = usualTimeout, safe = (text) => text } = options;
  const connections = openConnections(concurrency);
  return {
    web: new WebClient(options.botToken, {
      ...clientOptions(options),
      // The SDK starts a call's timeout when the call leaves this queue, so none waits for a connection in vain.
      maxRequestConcurrency: concurrency,
      fetch: guarded(options, createSlackFetch(connections)),
    }),
    call: createMessageCall(connections, { ...options, timeoutMs, safe }),
    [Symbol.asyncDispose]: () => connections.close(),
  };
};
