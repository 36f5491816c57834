import { type RedisOptions as ClientOptions, Redis } from 'ioredis';
import { backoff } from '../../../core/backoff.ts';
import { StoreUnavailable } from '../../../core/errors.ts';
import { primaryConnector } from '../primary/primary-connector.ts';
import {
  type RedisTrouble,
  tellTrouble,
  troubleIn,
  troubleNamed,
  troubleOfConnection,
} from '../primary/redis-state.ts';
import { createPrimaryRoute, type OnTrouble, type PrimaryRoute } from '../primary/route.ts';

export interface RedisOptions {
  /** The way to the primary; a URL by itself is one. */
  readonly to: PrimaryRoute | string;
  /** A command that takes longer counts as failed; ms. */
  readonly commandTimeout: number;
  readonly onReady?: () => void;
  readonly onTrouble?: OnTrouble;
}

/**
 * The connection for records. It fails fast: no queue while Redis is away, no silent resending. A write that the
 * caller gave up on is refused by its own deadline (see commit-script.ts), so "nothing was changed" stays true.
 */
export const connectRedis = (options: RedisOptions): Redis => {
  let last: RedisTrouble | undefined;
  const onTrouble: OnTrouble = (trouble, cause) => {
    last = trouble;
    options.onTrouble?.(trouble, cause);
  };
  const route = routeOf(options.to);
  const watch = watchOf(route.tls, onTrouble);
  const redis = open(route, {
    ...everyConnection(route, watch.onTrouble),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: options.commandTimeout,
    // A server that vanished without a word is found out by this; TCP alone would take a quarter of an hour.
    socketTimeout: Math.max(3_000, 2 * options.commandTimeout),
    reconnectOnError: (error) => mayMeetAnother(watch.onTrouble, error),
  });
  redis.on('ready', () => {
    last = undefined;
    options.onReady?.();
  });
  watch.over(redis);
  failFast(redis, () => last);
  forgetArguments(redis);
  return redis;
};

/** While there is no connection, a command is refused with the reason why there is none. */
const failFast = (redis: Redis, last: () => RedisTrouble | undefined): void => {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    const trouble = unconnected.has(redis.status) ? last() : undefined;
    if (trouble === undefined) return send(command, stream);
    command.reject(new NotConnected(trouble));
    return command.promise;
  };
};

/**
 * An answered command lets go of what it was sent with: commands of ioredis (6.0) outlive two collections of the young
 * generation, and every record that was written would be promoted with its own (docs/performance.md). Those of a pipeline
 * may be sent once more, and keep it.
 */
const forgetArguments = (redis: Redis): void => {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    if (stream) return send(command, stream);
    const { resolve } = command;
    command.resolve = (answer) => {
      resolve(answer);
      command.args = [];
    };
    return send(command);
  };
};

const unconnected: ReadonlySet<string> = new Set(['connecting', 'close', 'reconnecting']);

class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly trouble: RedisTrouble;
  constructor(trouble: RedisTrouble) {
    super(`There is no connection. ${trouble.says}`);
    this.trouble = trouble;
  }
}

/**
 * The connection for BullMQ: it waits for Redis instead of failing, as its blocking commands must. What a server refuses
 * because it is not the primary (any more) is sent again to the one that is.
 */
export const connectForJobs = (to: PrimaryRoute | string, onTrouble: OnTrouble): Redis => {
  const route = routeOf(to);
  const watch = watchOf(route.tls, onTrouble);
  const redis = open(route, {
    ...everyConnection(route, watch.onTrouble),
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    // Longer than BullMQ lets a command block (10 s).
    socketTimeout: 15_000,
    reconnectOnError: (error) => (mayMeetAnother(watch.onTrouble, error) ? 2 : false),
  });
  watch.over(redis);
  return redis;
};

const routeOf = (to: PrimaryRoute | string): PrimaryRoute =>
  typeof to === 'string' ? createPrimaryRoute({ url: to }, '{farmhand}') : to;

const open = ({ url }: PrimaryRoute, options: ClientOptions & { readonly replyMapping?: 'legacy' }): Redis =>
  url === undefined ? new Redis(options) : new Redis(url, options);

const everyConnection = (route: PrimaryRoute, onTrouble: OnTrouble) =>
  ({
    ...route.options,
    connectTimeout: 5_000,
    disconnectTimeout: 500,
    maxLoadingRetryTime: 1_000,
    keepAlive: 10_000,
    retryStrategy: (times) => backoff(times, { first: 100, most: 1_000 }),
    Connector: primaryConnector(route, onTrouble),
  }) satisfies ClientOptions;

/** True when another server may be behind the address by now. */
const mayMeetAnother = (onTrouble: OnTrouble, error: Error): boolean => {
  const trouble = troubleIn(error.message);
  if (trouble) onTrouble(trouble, error.message);
  return trouble?.course === 'reconnect';
};

/** Tells once of each end of a connection: why it was given up, or else that it was. */
const watchOf = (overTls: boolean, onTrouble: OnTrouble) => {
  /** What the text of an error means at this moment of the connection. */
  const meant = (text: string): RedisTrouble => {
    if (greeting && /ECONNRESET|EPIPE/.test(text)) return troubleNamed('hung_up');
    return overTls && !greeting && /connect ETIMEDOUT/.test(text)
      ? troubleNamed('tls_silent')
      : troubleOfConnection(text);
  };
  let told = false;
  let greeting = false;
  const tell: OnTrouble = (trouble, cause) => {
    told = true;
    onTrouble(trouble, cause);
  };
  return {
    onTrouble: tell,
    over: (redis: Redis): void => {
      redis.on('connect', () => {
        greeting = true;
      });
      redis.on('ready', () => {
        greeting = false;
        told = false;
      });
      redis.on('error', ({ message }: Error) => tell(meant(message), message));
      redis.on('close', () => {
        if (!told) onTrouble(greeting ? troubleNamed('hung_up') : troubleOfConnection(''));
        greeting = false;
        told = false;
      });
    },
  };
};

/** Runs a command; anything that goes wrong on the way to Redis becomes StoreUnavailable. */
export const guardedClient = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const trouble = redisTroubleOf(error);
    if (trouble === undefined && isScriptBug(error)) throw error;
    throw trouble === undefined || trouble.name === 'hangs'
      ? new StoreUnavailable(`Redis did not answer (${what}); nothing was changed.`, error)
      : new StoreUnavailable(`Nothing was changed (${what}). ${tellTrouble(trouble)}`, error, trouble.says);
  }
};

/** What an error says of Redis' state; undefined when it says nothing. */
export const redisTroubleOf = (error: unknown): RedisTrouble | undefined => {
  if (error instanceof NotConnected) return error.trouble;
  return error instanceof Error ? troubleIn(error.message) : undefined;
};

/** An error that Redis itself answered about our own call is a defect, except where it speaks of its own state. */
const isScriptBug = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ReplyError' && !/^TRYAGAIN/.test(error.message);
