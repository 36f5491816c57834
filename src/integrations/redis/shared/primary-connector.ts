import { createConnection } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { type RedisTrouble, troubleOfInfo } from './redis-state.ts';

/**
 * A connector that lets a connection become ready only on a primary. After a failover the same address may lead to the
 * old primary for a while; a connection that got there is given up and tried again, the name looked up each time.
 * Commands that wait for the connection (those of the jobs) are sent to the first primary it meets.
 */
export const primaryConnector = (onMet: (trouble: RedisTrouble | undefined) => void) =>
  class PrimaryConnector extends AbstractConnector {
    readonly #options: RedisOptions;
    #ending: unknown;

    constructor(options: unknown) {
      // ioredis passes its own options to a connector, and types them as unknown.
      const own = options as RedisOptions;
      super(own.disconnectTimeout ?? 500);
      this.#options = own;
    }

    override async connect() {
      this.connecting = true;
      // As ioredis' own does: a disconnect that is asked for in the same turn comes first.
      await new Promise<void>((resolve) => {
        process.nextTick(resolve);
      });
      if (!this.connecting) throw new Error('Connection is closed.');
      const { path, host, port, family, tls } = this.#options;
      const to = path ? { path } : { host, port: port ?? 6379, family };
      const stream = tls ? connectTls({ ...to, ...tls }) : createConnection(to);
      stream.once('error', (error) => {
        this.firstError = error;
      });
      this.stream = stream;
      return stream;
    }

    /** Every command that a replica refuses asks for this once more; ioredis would add a listener each time. */
    override disconnect(): void {
      if (this.stream !== undefined && this.#ending === this.stream) return;
      this.#ending = this.stream;
      super.disconnect();
    }

    /** `info` is the answer to INFO by name; empty where the user may not ask. */
    override check(info: Readonly<Record<string, unknown>>): boolean {
      const trouble = troubleOfInfo(info);
      onMet(trouble);
      return trouble === undefined;
    }
  };
