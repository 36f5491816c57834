import { Worker } from 'node:worker_threads';
import type { AlertEvent } from '../../alerts/model/event.ts';
import { messageOf } from '../../core/errors.ts';
import type { TierSource } from '../../intake/parse/decode.ts';
import type { ClusterSettings } from '../../intake/parse/identity.ts';
import type { Decoded, RawMessage, Rejection } from '../../intake/wire/raw.ts';

/** What a thread can be told: no functions, no secrets. */
export interface DecodeSettings extends ClusterSettings {
  readonly tiers: TierSource;
}

export type ThreadAsk =
  | {
      readonly kind: 'decode';
      readonly message: Omit<RawMessage, 'value'> & { readonly value: Uint8Array | null };
      readonly settings: DecodeSettings;
      readonly maxBytes: number;
      readonly now: number;
    }
  | { readonly kind: 'next' };

export type ThreadAnswer =
  | { readonly kind: 'events'; readonly events: readonly AlertEvent[] }
  | { readonly kind: 'end'; readonly rejections: readonly Rejection[] };

export interface BigBodies extends AsyncDisposable {
  /** As `decode`, elsewhere: this thread goes on meanwhile. One at a time; never rejects. */
  decode(message: RawMessage, maxBytes: number, now: number): Promise<Decoded>;
}

/** Reading a smaller body costs this thread less than handing it over. */
const plainFrom = 256 * 1024;
/** A hundred times as much may come out of it. */
const compressedFrom = 8 * 1024;

/** True for a body that would hold up everything else in this process while it is read. */
export const isBig = ({ value }: RawMessage): boolean =>
  value !== null && value.length >= (isCompressed(value) ? compressedFrom : plainFrom);

const isCompressed = (bytes: Buffer): boolean =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x28 && bytes[1] === 0xb5) || bytes[0] === 0x78;

/** A body of 16 MiB needs less than 128; what needs more is refused instead of ending the process. */
const memoryMb = 160;
/** A thread that had nothing to do for so long gives its memory back; ms. */
const idleAfter = 30_000;

/** A thread of its own for large bodies: ten thousand alerts in one take a second to read. */
export const createBigBodies = (settings: () => DecodeSettings): BigBodies => {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const stop = async (): Promise<void> => {
    clearTimeout(idle);
    const old = worker;
    worker = undefined;
    await old?.terminate();
  };
  const start = (): Worker => {
    const fresh = new Worker(new URL('./decode-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    });
    // Nobody waits for it when the process ends.
    fresh.unref();
    return fresh;
  };

  const ask = async (message: RawMessage, maxBytes: number, now: number): Promise<Decoded> => {
    clearTimeout(idle);
    worker ??= start();
    try {
      return await converse(worker, { kind: 'decode', message, settings: settings(), maxBytes, now });
    } catch (error) {
      await stop();
      const detail = `(body): could not be read within ${memoryMb} MB of memory (${messageOf(error)})`;
      return { events: [], rejections: [{ reason: 'too_large', detail, message }] };
    } finally {
      idle = setTimeout(() => void stop(), idleAfter).unref();
    }
  };

  return {
    decode: (message, maxBytes, now) => {
      const answer = queue.then(() => ask(message, maxBytes, now));
      queue = answer;
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      await queue;
      await stop();
    },
  };
};

/** Asks, and then asks for slice after slice, so that this thread takes in no more than one at a turn. */
const converse = (worker: Worker, first: ThreadAsk): Promise<Decoded> => {
  const { promise, resolve, reject } = Promise.withResolvers<Decoded>();
  const events: AlertEvent[] = [];
  const onMessage = (answer: ThreadAnswer): void => {
    if (answer.kind === 'end') resolve({ events, rejections: answer.rejections.map(withBuffer) });
    else {
      events.push(...answer.events);
      worker.postMessage({ kind: 'next' } satisfies ThreadAsk);
    }
  };
  const onExit = (code: number): void => reject(new Error(`the reading thread ended with ${code}`));
  worker.on('message', onMessage).once('error', reject).once('exit', onExit);
  worker.postMessage(first);
  return promise.finally(() => {
    worker.off('message', onMessage).off('error', reject).off('exit', onExit);
  });
};

/** Between threads a Buffer becomes a plain array of bytes. */
const withBuffer = (rejection: Rejection): Rejection => {
  const { value } = rejection.message;
  return value === null || Buffer.isBuffer(value)
    ? rejection
    : { ...rejection, message: { ...rejection.message, value: Buffer.from(value) } };
};
