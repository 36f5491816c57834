import { setTimeout as sleep } from 'node:timers/promises';
import { type Copies, type CopyName, createCopies, type KeptCopy } from '../../audit/chain/copies.ts';
import type { AuditCopy } from '../../audit/chain/copy.ts';
import { type CopyTurn, createFollower } from '../../audit/chain/follower.ts';
import { ConfigError, messageOf } from '../../core/errors.ts';
import { openAuditFile } from '../../integrations/audit-file/audit-file.ts';
import { createAuditTopic } from '../../integrations/kafka/audit/audit-topic.ts';
import { createCopyTurn, lookingTurn } from '../../integrations/redis/audit/copy-turn.ts';
import type { Records } from '../records/open-records.ts';
import type { AppContext } from '../shared/context.ts';
import { type TellAudit, troubleOf } from './tell-audit.ts';

export interface OpenCopies {
  readonly copies: Copies;
  readonly names: readonly CopyName[];
}

/**
 * The copies that the config asks for. `broken`: records what is wrong with the chain.
 * @throws ConfigError when the file cannot be written
 */
export const openCopies = async (
  context: AppContext,
  { audit: chain, redis, keys }: Records,
  tell: TellAudit,
  broken: (error: string) => Promise<void>,
): Promise<OpenCopies> => {
  const { config, stack, log, owner, metrics } = context;
  const { file, topic } = config().audit;
  const { kafka } = config();
  const kept: KeptCopy[] = [];
  const turnOf = (name: CopyName) => createCopyTurn({ redis, keys: keys.auditCopy(name), owner });
  const keep = (copy: AuditCopy, turn: CopyTurn, what: string): void => {
    const follower = createFollower({
      chain,
      copy,
      turn,
      onMet: async (met) => {
        await broken(
          met.state === 'split'
            ? `Record ${met.at} of the chain is another one than that in ${what}, or not what was written. ${what} is kept as it is, and not written any more.`
            : `Records ${met.from} to ${met.to} were missing in Redis. They were put back from ${what}.`,
        );
      },
    });
    kept.push({ name: copy.name, follower });
  };
  if (file !== undefined) {
    const opened = await openAuditFile(file).catch((error: unknown) => {
      const message = `cannot be written: ${messageOf(error)}`;
      throw new ConfigError('The audit', [{ path: 'audit.file', message }]);
    });
    keep(stack.use(opened), lookingTurn(turnOf('file')), 'the file');
  }
  if (topic !== undefined && kafka) {
    keep(stack.use(createAuditTopic(kafka, topic, { log })), turnOf('kafka'), 'the topic in Kafka');
  }
  const copies = createCopies({
    kept,
    required: () => config().audit.require,
    sleep: (ms) => sleep(ms),
    onState: (copy, state) => {
      metrics.metrics.auditCopyUp.set({ copy }, state.is === 'following' ? 1 : 0);
      if (state.is === 'following') metrics.metrics.auditCopyRecords.set({ copy }, state.seq);
      tell(copy, troubleOf(state));
    },
  });
  return { copies, names: kept.map(({ name }) => name) };
};
