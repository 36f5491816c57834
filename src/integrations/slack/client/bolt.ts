import { App } from '@slack/bolt';
import type { Log } from '../../../observability/log.ts';
import { acknowledgeFirst } from './ack-first.ts';
import { clientOptions } from './client.ts';
import type { HttpReceiver } from './http-receiver.ts';
import { identify, type SlackIdentity } from './identity.ts';
import { sdkLogger } from './sdk-logger.ts';
import { createSockets, type Sockets, type SocketsState } from './sockets.ts';

export interface BoltAppOptions {
  readonly botToken: string;
  /** The token for Socket Mode, or what takes requests that Slack sends over HTTP. */
  readonly from: { readonly appToken: string } | { readonly receiver: HttpReceiver };
  readonly apiUrl: string;
  readonly log: Log;
  /** See `SlackClientOptions.safe`. */
  readonly safe?: (text: string) => string;
  /** Slack refuses the app for good while it runs (token revoked, app uninstalled); `SlackRefusesApp` says why. */
  readonly onFatal: (error: Error) => void;
  /** Sockets held at once in Socket Mode; default 2, so that one covers while Slack recycles the other. */
  readonly connections?: number;
}

export interface BoltApp extends AsyncDisposable {
  /** Register listeners on this before `start`. Its `client` never retries and times out after 10 s. */
  readonly app: App;
  /** Socket Mode: resolves when the first socket is up, however long Slack is away; rejects with `SlackRefusesApp`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** For `/statusz` and metrics, never for a probe. */
  state(): SocketsState;
}

/** A Bolt app over Socket Mode or HTTP. Nothing is called before `start`. */
export const createBoltApp = (options: BoltAppOptions): BoltApp => {
  const { log } = options;
  const client = clientOptions(options);
  const receiver =
    'receiver' in options.from
      ? overHttp(options.from.receiver)
      : createSockets({
          appToken: options.from.appToken,
          clientOptions: client,
          connections: options.connections ?? 2,
          log,
          onFatal: options.onFatal,
        });
  // Bolt's own token check runs unawaited in its constructor, where a failure is an unhandled rejection.
  let identity: Promise<SlackIdentity> | undefined;
  const known = (): Promise<SlackIdentity> => {
    identity ??= identify(app.client).catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return identity;
  };
  const app = new App({
    receiver,
    logger: sdkLogger(log),
    // `authorize` leaves `app.client` without a token; in a header it has one everywhere.
    clientOptions: { ...client, headers: { Authorization: `Bearer ${options.botToken}` } },
    convoStore: false,
    extendedErrorHandler: true,
    authorize: async () => {
      const { botUserId, botId, teamId } = await known();
      return { botToken: options.botToken, botUserId, botId, teamId };
    },
  });
  acknowledgeFirst(app);
  const stop = async (): Promise<void> => {
    await app.stop();
  };
  return {
    app,
    start: async () => {
      await app.start();
    },
    stop,
    state: receiver.state,
    [Symbol.asyncDispose]: stop,
  };
};

/** Whether Slack reaches it, farmhand cannot know: it counts as one connection while it listens. */
const overHttp = (receiver: HttpReceiver): Sockets => ({
  init: (app) => receiver.init(app),
  start: () => receiver.start(),
  stop: () => receiver.stop(),
  state: () => ({ connected: receiver.listening() ? 1 : 0, wanted: 1 }),
});
