import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import { backoff } from '../../../core/backoff.ts';
import { messageOf } from '../../../core/errors.ts';
import { type Endpoint, overTls, type RedisAddress, sameEndpoint } from './address.ts';
import { loginOf } from './ask.ts';
import { type RedisTrouble, troubleNamed, troubleOfInfo } from './redis-state.ts';
import { askSentinels, NotLocated } from './sentinels.ts';
import { askCluster } from './slot-owner.ts';
import { tlsNow } from './tls.ts';

/** Told of what keeps a connection from its work; `cause` is the text that was met. */
export type OnTrouble = (trouble: RedisTrouble, cause?: string) => void;

/** The way of one connection. */
export interface Journey {
  /** What ioredis made of the URL. */
  readonly options: RedisOptions;
  /** False: it was ended meanwhile. */
  readonly wanted: () => boolean;
  readonly onTrouble: OnTrouble;
}

/**
 * The way to the primary, shared by all connections of a process: straight to where the URL leads, to where the Sentinels
 * say, or, once a node of a cluster was met, to the primary of the slot in which farmhand's keys are.
 */
export interface PrimaryRoute {
  /** URL and options for ioredis; without a URL, Sentinels are asked. */
  readonly url: string | undefined;
  readonly options: Pick<RedisOptions, 'username' | 'password' | 'tls'>;
  readonly tls: boolean;
  /** A socket to where the primary is now; tries on for as long as it is wanted. */
  open(journey: Journey): Promise<Socket>;
  /** What the answer to INFO says of who was met; undefined: the primary. */
  judge(info: Readonly<Record<string, unknown>>, socket: Socket): RedisTrouble | undefined;
  /** Leaves a primary that most of the Sentinels do not name any more, although it still answers. */
  leaveOthers(): Promise<void>;
}

/** `key`: any of farmhand's keys. */
export const createPrimaryRoute = (address: RedisAddress, key: string): PrimaryRoute => {
  const { url, sentinel } = address;
  const tls = overTls(address);
  const open = new Map<Socket, Endpoint>();
  /** Nodes of the cluster, once there is one; sockets that lead to the primary of the slot. */
  let cluster: readonly Endpoint[] | undefined;
  const onSlot = new WeakSet<Socket>();

  const locate = async (options: RedisOptions): Promise<{ at: Endpoint; bySlot: boolean }> => {
    if (sentinel) return { at: (await askSentinels(sentinel)).at, bySlot: false };
    const own = { host: options.host ?? 'localhost', port: options.port ?? 6379 };
    if (!cluster) return { at: own, bySlot: false };
    const { username, password } = options;
    const ask = {
      login: { username: username ?? undefined, password: password ?? undefined },
      tls: tls && (address.tls || true),
    };
    const owner = await askCluster([own, ...cluster], ask, key);
    cluster = owner.nodes;
    return { at: owner.at, bySlot: true };
  };

  const connect = async (options: RedisOptions): Promise<Socket> => {
    const { path, family } = options;
    const { at, bySlot } = await locate(options);
    const to = path ? { path } : { ...at, family };
    const socket = tls
      ? connectTls({
          ...to,
          ...(typeof options.tls === 'object' && options.tls),
          ...(await tlsNow(address.tls)),
        })
      : createConnection(to);
    open.set(socket, at);
    if (bySlot) onSlot.add(socket);
    socket.once('close', () => open.delete(socket));
    return socket;
  };

  return {
    url: sentinel ? undefined : url,
    options: { ...loginOf(address.login), ...(tls && { tls: {} }) },
    tls,
    open: async ({ options, wanted, onTrouble }) => {
      for (let tries = 1; wanted(); tries++) {
        try {
          const socket = await connect(options);
          if (wanted()) return socket;
          socket.on('error', () => {}).destroy();
        } catch (error) {
          if (error instanceof NotLocated) onTrouble(error.trouble, error.met);
          else onTrouble(troubleNamed('tls_files'), messageOf(error));
          await sleep(backoff(tries, { first: 100, most: 1_000 }));
        }
      }
      throw new Error('Connection is closed.');
    },
    judge: (info, socket) => {
      const trouble = troubleOfInfo(info, onSlot.has(socket));
      if (trouble?.name === 'cluster') cluster ??= [];
      return trouble;
    },
    leaveOthers: async () => {
      if (!sentinel || open.size === 0) return;
      const word = await askSentinels(sentinel).catch(() => undefined);
      if (!word?.byMost) return;
      for (const [socket, at] of open) if (!sameEndpoint(at, word.at)) socket.destroy();
    },
  };
};
