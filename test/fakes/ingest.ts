import { StoreUnavailable } from '../../src/core/errors.ts';
import type { RejectReason } from '../../src/core/reasons.ts';
import type { IngestPort, IngestReceipt, RawMessage, Rejection } from '../../src/intake/wire/raw.ts';
import type { StoreMode } from './alert-queries.ts';

export interface FakeIngest extends IngestPort {
  mode: StoreMode | 'broken';
  /** Every message that was made durable, on record or in the dead letters. */
  readonly durable: readonly RawMessage[];
  readonly deadLetters: readonly Rejection[];
  /** Calls that hang now; `release` lets them end well. */
  readonly hanging: number;
  release(): void;
  /** Reasons of the signals that fired. */
  readonly aborted: readonly unknown[];
}

/** Reads a body as JSON: `{"id": …}` or a list of such; parts without an id are rejected, and kept. */
export const fakeIngest = (): FakeIngest => {
  const durable: RawMessage[] = [];
  const deadLetters: Rejection[] = [];
  const waiting = new Set<() => void>();
  const aborted: unknown[] = [];

  const fake: FakeIngest = {
    mode: 'up',
    durable,
    deadLetters,
    aborted,
    get hanging() {
      return waiting.size;
    },
    release: () => {
      for (const go of waiting) go();
      waiting.clear();
    },
    ingest: async (messages, signal) => {
      signal?.addEventListener('abort', () => aborted.push(signal.reason), { once: true });
      if (fake.mode === 'down') throw new StoreUnavailable('redis did not answer within 1500 ms');
      if (fake.mode === 'broken') throw new TypeError('secret inside: cannot read undefined');
      if (fake.mode === 'hang') await new Promise<void>((resolve) => void waiting.add(resolve));
      const receipts = messages.map(read);
      durable.push(...messages);
      const receipt = {
        ids: receipts.flatMap(({ ids }) => ids),
        rejected: receipts.flatMap(({ rejected }) => rejected),
      };
      deadLetters.push(...receipt.rejected);
      return receipt;
    },
  };
  return fake;
};

const read = (message: RawMessage): IngestReceipt => {
  const reject = (reason: RejectReason, detail: string): Rejection => ({ reason, detail, message });
  if (message.value === null || message.value.length === 0) {
    return { ids: [], rejected: [reject('empty', 'body: has no content')] };
  }
  let body: unknown;
  try {
    body = JSON.parse(message.value.toString());
  } catch {
    return { ids: [], rejected: [reject('bad_json', 'body: is not JSON')] };
  }
  const parts: readonly unknown[] = Array.isArray(body) ? body : [body];
  const ids = parts.map((part) =>
    typeof part === 'object' && part !== null && 'id' in part ? String(part.id) : undefined,
  );
  return {
    ids: ids.filter((id) => id !== undefined),
    rejected: ids.flatMap((id, i) =>
      id === undefined ? [reject('invalid_envelope', `${i}.id: is missing`)] : [],
    ),
  };
};
