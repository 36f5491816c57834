import type { AuditChain, WaitingEntry } from '../../src/audit/chain/ports.ts';
import type { Sealed } from '../../src/audit/chain/seal.ts';
import { type Checkpoint, noHash } from '../../src/audit/chain/verify.mjs';
import { StoreUnavailable } from '../../src/core/errors.ts';

/** The audit's chain without Redis; what holds of both is in `test/conformance/records/audit.ts`. */
export const memoryChain = () => {
  let count = 0;
  let inbox: WaitingEntry[] = [];
  let records: Sealed[] = [];
  let last: Checkpoint = { seq: 0, hash: noHash };
  const intents = new Map<string, number>();
  const chain: { -readonly [K in keyof AuditChain]: AuditChain[K] } = {
    put: async (texts) => {
      inbox.push(...texts.map((text) => ({ id: String(++count), text })));
    },
    waiting: async (most) => inbox.slice(0, most),
    head: async () => last,
    append: async (head, sealed, taken) => {
      if (head.seq !== last.seq || head.hash !== last.hash) return false;
      records.push(...sealed);
      for (const { record } of sealed) {
        last = { seq: record.seq, hash: record.hash };
        if (record.type === 'change_intent' && record.action_id !== undefined) {
          intents.set(record.action_id, record.seq);
        }
      }
      inbox = inbox.filter(({ id }) => !taken.includes(id));
      return true;
    },
    lines: async (from, most) =>
      records
        .filter(({ record }) => record.seq >= from)
        .slice(0, most)
        .map(({ line }) => line),
    intentOf: async (action) => intents.get(action),
    cutBefore: async (seq) => {
      records = records.filter(({ record }) => record.seq >= seq);
    },
    goOnBehind: async (head) => {
      if (records.length > 0)
        throw new StoreUnavailable('The audit chain is not empty; it goes on as it is.');
      last = head;
    },
  };
  return chain;
};
