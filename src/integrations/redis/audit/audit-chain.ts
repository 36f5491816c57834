import type { Redis, Result } from 'ioredis';
import type { AuditChain } from '../../../audit/chain/ports.ts';
import { StoreUnavailable } from '../../../core/errors.ts';
import { guardedClient } from '../shared/client.ts';
import { confirmReplicas, type DurableDeps } from '../shared/durable.ts';
import type { Keys } from '../shared/keys.ts';
import { appendScript, headScript } from './audit-script.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandAppendAudit(
      chain: string,
      inbox: string,
      base: string,
      pointers: string,
      ...args: (string | number)[]
    ): Result<0 | 1, Context>;
    farmhandAuditHead(chain: string, base: string): Result<[seq: string, hash: string], Context>;
  }
}

/** An intent is looked for right after it was sealed; a day is more than any of them waits. ms */
const pointerKept = 86_400_000;

export interface AuditChainDeps extends DurableDeps {
  /** For all that need not wait for replicas. */
  readonly reads: Redis;
  readonly keys: Keys;
}

/** The audit's inbox and chain, each a stream in Redis. */
export const createAuditChain = (deps: AuditChainDeps): AuditChain => {
  const { redis: writes, reads, keys } = deps;
  reads.defineCommand('farmhandAuditHead', { numberOfKeys: 2, lua: headScript });
  writes.defineCommand('farmhandAppendAudit', { numberOfKeys: 4, lua: appendScript });
  return {
    put: async (texts) => {
      if (texts.length === 0) return;
      await guardedClient('audit', async () => {
        const pipeline = writes.multi();
        for (const text of texts) pipeline.xadd(keys.auditInbox, '*', 'e', text);
        const answers = await pipeline.exec();
        const failed = answers?.find(([error]) => error)?.[0];
        if (!answers || failed) throw failed ?? new Error('the entries were not taken');
      });
      await confirmReplicas(deps);
    },
    waiting: async (most) => {
      const entries = await guardedClient('audit', () =>
        reads.xrange(keys.auditInbox, '-', '+', 'COUNT', most),
      );
      return entries.map(([id, fields]) => ({ id, text: fieldOf(fields, 'e') }));
    },
    head: async () => {
      const [seq, hash] = await guardedClient('audit', () =>
        reads.farmhandAuditHead(keys.audit, keys.auditBase),
      );
      return { seq: Number(seq), hash };
    },
    append: async (head, sealed, taken) => {
      const records = sealed.flatMap(({ record: { seq, hash, type, action_id = '' }, line }) => [
        seq,
        hash,
        type === 'change_intent' ? action_id : '',
        line,
      ]);
      const done = await guardedClient('audit', () =>
        writes.farmhandAppendAudit(
          ...([keys.audit, keys.auditInbox, keys.auditBase, keys.auditIntent('')] as const),
          ...[head.seq, head.hash, pointerKept, sealed.length, ...records, ...taken],
        ),
      );
      if (done === 1) await confirmReplicas(deps);
      return done === 1;
    },
    lines: async (from, most) => {
      const entries = await guardedClient('audit', () =>
        reads.xrange(keys.audit, `${from}-0`, '+', 'COUNT', most),
      );
      return entries.map(([, fields]) => fieldOf(fields, 'r'));
    },
    intentOf: async (action) => {
      const seq = await guardedClient('audit', () => reads.get(keys.auditIntent(action)));
      return seq === null ? undefined : Number(seq);
    },
    cutBefore: async (seq) => {
      await guardedClient('audit', () => writes.xtrim(keys.audit, 'MINID', `${seq}-0`));
    },
    goOnBehind: async ({ seq, hash }) => {
      const length = await guardedClient('audit', () => reads.xlen(keys.audit));
      if (length > 0) throw new StoreUnavailable('The audit chain is not empty; it goes on as it is.');
      await guardedClient('audit', () => writes.hset(keys.auditBase, { seq: String(seq), hash }));
    },
  };
};

const fieldOf = (fields: readonly string[], name: string): string => fields[fields.indexOf(name) + 1] ?? '';
