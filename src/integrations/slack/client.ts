import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../../observability/log.ts';
import { sdkLogger } from './sdk-logger.ts';

export interface SlackClientOptions {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** Milliseconds; a call that takes longer counts as failed. Default 10 s. */
  readonly timeoutMs?: number;
}

/**
 * No call is repeated by the SDK: its default repeats a post ten times after a lost answer, and so posts twice.
 * A 429 is thrown at once, because the SDK's own wait pauses every other call too.
 * The token goes to `apiUrl` only.
 */
export const clientOptions = (options: SlackClientOptions): WebClientOptions => ({
  slackApiUrl: options.apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: options.timeoutMs ?? 10_000,
  allowAbsoluteUrls: false,
  logger: sdkLogger(options.log),
});

export const createSlackClient = (options: SlackClientOptions): WebClient =>
  new WebClient(options.botToken, clientOptions(options));
