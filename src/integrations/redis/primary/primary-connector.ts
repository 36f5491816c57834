import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { OnTrouble, PrimaryRoute } from './route.ts';

/**
 * A connector that lets a connection become ready only on the primary. After a failover the same address may lead to the
 * old primary for a while; a connection that got there is given up and tried again, the way looked for each time.
 * Commands that wait for the connection (those of the jobs) are sent to the first primary it meets.
 */
export const primaryConnector = (route: PrimaryRoute, onTrouble: OnTrouble) =>
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
      const wanted = () => this.connecting;
      const stream = await route.open({ options: this.#options, wanted, onTrouble });
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
      const trouble = route.judge(info, this.stream);
      if (trouble) onTrouble(trouble);
      return trouble === undefined;
    }
  };
