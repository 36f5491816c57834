import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { refusalOfApp } from './identity.ts';
import { sdkLogger } from './sdk-logger.ts';
import { reconnectDelay } from './socket-timing.ts';

export interface SocketsOptions {
  readonly appToken: string;
  readonly clientOptions: WebClientOptions;
  /** How many sockets are held at once; Slack allows 10 for an app, all its processes together. */
  readonly connections: number;
  readonly log: Log;
  /** Slack refuses the app for good (`SlackRefusesApp`): nothing is tried again on that socket. */
  readonly onFatal: (error: Error) => void;
}

export interface SocketsState {
  readonly connected: number;
  readonly wanted: number;
  readonly lastError?: string;
}

export interface Sockets extends Receiver {
  state(): SocketsState;
}

/** How long a missing pong is waited for; the SDK pings three times as often. */
const pingTimeoutMs = 5000;
/** The SDK waits for Slack's hello without end. */
const helloTimeoutMs = 20_000;
/** How long a closing handshake may take before the socket is left to itself. */
const closeTimeoutMs = 2000;

/**
 * Socket Mode without a gap. The SDK's own reconnect waits 5 s with no socket at every refresh (Slack recycles each
 * connection every few hours), and rejects out of a timer when `apps.connections.open` fails. So its reconnect is
 * off: each attempt is a new client, the first one at once, and two sockets cover for each other.
 * https://github.com/slackapi/node-slack-sdk (socket-mode 3.1.0, `delayReconnectAttempt`)
 */
export const createSockets = (options: SocketsOptions): Sockets => {
  const { log } = options;
  const stopping = new AbortController();
  const open = new Set<SocketModeReceiver>();
  let app: App | undefined;
  let lastError: string | undefined;

  const connect = async (): Promise<{ closed: Promise<void> }> => {
    const receiver = new SocketModeReceiver({
      appToken: options.appToken,
      logger: sdkLogger(log),
      autoReconnectEnabled: false,
      clientPingTimeout: pingTimeoutMs,
      // The SDK writes into the object that it is given.
      installerOptions: { clientOptions: { ...options.clientOptions } },
    });
    if (app) receiver.init(app);
    const closed = new Promise<void>((resolve) => {
      receiver.client.once('disconnected', () => {
        open.delete(receiver);
        resolve();
      });
    });
    const starting = receiver.start();
    const hello = await Promise.race([starting, pause(helloTimeoutMs, stopping.signal)]);
    if (!hello) {
      // What still comes up is closed at once.
      const close = () => receiver.client.disconnect();
      starting.then(close, () => undefined);
      void close();
      throw new Error(`no hello from Slack within ${helloTimeoutMs / 1000} s`);
    }
    open.add(receiver);
    return { closed };
  };

  const hold = async (onFirst: () => void, onRefused: (error: Error) => void): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const { closed } = await connect();
        failures = 0;
        lastError = undefined;
        onFirst();
        await closed;
      } catch (error) {
        if (stopping.signal.aborted) return;
        const refusal = refusalOfApp(error);
        lastError = error === undefined ? 'the socket closed before Slack said hello' : messageOf(error);
        if (refusal) return onRefused(refusal);
        const wait = reconnectDelay(failures++, Math.random(), error);
        log.warn({ error: lastError, retry_ms: wait }, 'slack socket not connected');
        await pause(wait, stopping.signal);
      }
    }
  };

  return {
    init: (bolt) => {
      app = bolt;
    },
    /** Resolves when the first socket is up; rejects when Slack refuses the app. Goes on trying until then. */
    start: () =>
      new Promise<void>((resolve, reject) => {
        let started = false;
        const refused = (error: Error) => (started ? options.onFatal(error) : reject(error));
        const first = () => {
          started = true;
          resolve();
        };
        for (let i = 0; i < options.connections; i++) void hold(first, refused);
        stopping.signal.addEventListener('abort', () => resolve());
      }),
    stop: async () => {
      stopping.abort();
      await closeAll(open);
    },
    state: () => ({
      connected: open.size,
      wanted: options.connections,
      ...(lastError !== undefined && { lastError }),
    }),
  };
};

const closeAll = async (open: ReadonlySet<SocketModeReceiver>): Promise<void> => {
  const gone = [...open].map((receiver) => receiver.client.disconnect());
  await Promise.race([Promise.all(gone), pause(closeTimeoutMs)]);
};

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
