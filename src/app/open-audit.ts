import { type AuditLog, createAuditLog } from '../audit/chain/audit-log.ts';
import { type AuditCopy, followChain, lastOutdated, meetCopy, verifyChain } from '../audit/chain/copy.ts';
import type { AuditChain } from '../audit/chain/ports.ts';
import { ownEntry } from '../audit/record.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import { openAuditFile } from '../integrations/audit-file/audit-file.ts';
import { startRounds } from '../reconcile/resync.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';

/** What waits for its place in the chain is given it this soon, where nobody asks for it before; ms. */
const sealEvery = 1_000;
/** How often the whole chain is verified, and what retention has ended is cut off; ms. */
const verifyEvery = 24 * 3_600_000;
/** ms */
const tryAgainAfter = 5_000;

/** The audit of a running farmhand. Nothing is read or written before Redis answers. */
export const openAudit = ({ stamp, now, metrics }: AppContext, { audit }: Records): AuditLog =>
  createAuditLog({
    chain: audit,
    stamp,
    now,
    onSealed: (sealed) => metrics.metrics.auditRecords.set({}, sealed.at(-1)?.record.seq ?? 0),
  });

/** Records that this process runs, and from then on every other config. */
export const recordRuns = (context: AppContext, audit: AuditLog): void => {
  const { log, now, owner, roles, config, after, stack } = context;
  let known = rulesOf(config());
  context.onConfig(({ from, to, applied, needsRestart }) => {
    const was = known;
    known = rulesOf(config());
    const entry = ownEntry(now(), {
      type: 'config_changed',
      object: { kind: 'config', id: to },
      before: { config: from, ...was },
      after: { config: to, in_force: applied, after_a_restart: needsRestart, ...known },
    });
    audit.record([entry]).catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'That the config changed is not in the audit');
    });
  });
  const started = ownEntry(now(), {
    type: 'software_started',
    object: { kind: 'software', id: owner },
    after: { roles: [...roles], ...rulesOf(config()) },
  });
  const stop = startRounds({
    after,
    every: sealEvery,
    first: 0,
    round: async () => {
      await audit.record([started]);
      stop();
    },
    onError: (error) => log.warn({ error: messageOf(error) }, 'Audit records wait; they are tried again'),
  });
  stack.defer(stop);
};

/** Who may do what, a line for each role and each who holds some; and what policy asks beside that, a line for each rule. */
const rulesOf = ({ access, policy }: ReturnType<AppContext['config']>) => ({
  policy: policy.map(({ name, ...rule }) => `rule ${name}: ${JSON.stringify(rule)}`),
  access: [
    ...(access?.roles ?? []).map(
      ({ name, verbs, instances }) => `role ${name}: ${verbs.join(', ')} on ${instances.join(', ')}`,
    ),
    ...Object.entries(access?.users ?? {}).map(([id, roles]) => `user ${id}: ${roles.join(', ')}`),
    ...Object.entries(access?.groups ?? {}).map(([id, roles]) => `group ${id}: ${roles.join(', ')}`),
  ],
});

const chainItself = { kind: 'audit', id: 'chain' } as const;

/** Seals, follows with the file, verifies and cuts, until the app stops. */
export const keepAudit = async (context: AppContext, records: Records, audit: AuditLog): Promise<void> => {
  const { log, stack, after, metrics } = context;
  const chain = records.audit;
  const broken = async (error: string): Promise<void> => {
    metrics.metrics.auditWhole.set({}, 0);
    log.error({ error }, 'The audit is not whole; see the runbook');
    await audit.record([
      ownEntry(context.now(), { type: 'audit_broken', object: chainItself, outcome: 'failed', error }),
    ]);
  };
  const file = await openCopy(context);
  let copy: AuditCopy | undefined;
  let met = file === undefined;
  const stop = startRounds({
    after,
    every: sealEvery,
    first: 0,
    round: async () => {
      if (file && !met) {
        copy = await meet(chain, file, broken);
        met = true;
      }
      await audit.seal();
      if (copy && !(await followChain(chain, copy))) {
        const at = (copy.head()?.seq ?? 0) + 1;
        copy = undefined;
        await broken(`The chain does not go on behind the file: record ${at} follows on another one.`);
      }
    },
    onError: (error) => log.warn({ error: messageOf(error) }, 'Audit records wait; they are tried again'),
  });
  stack.defer(stop);
  let verifiedAt = Number.NEGATIVE_INFINITY;
  const stopVerifying = startRounds({
    after,
    // A try that Redis did not answer in time is made again soon, not a day later.
    every: tryAgainAfter,
    first: 0,
    round: async () => {
      if (context.now() - verifiedAt < verifyEvery) return;
      const known = copy?.head();
      const { problems, records: count, head } = await verifyChain(chain, known ? [known] : []);
      metrics.metrics.auditWhole.set({}, problems.length === 0 ? 1 : 0);
      verifiedAt = context.now();
      const [first] = problems;
      if (first) await broken(`${problems.length} problems in ${count} records; the first: ${first.says}`);
      else log.info({ records: count, head: head.seq }, 'The audit chain is whole');
      if (!first) await cutOutdated(context, chain, audit);
    },
    onError: (error) => log.warn({ error: messageOf(error) }, 'The audit chain was not verified'),
  });
  stack.defer(stopVerifying);
};

const openCopy = async ({ config, stack }: AppContext): Promise<AuditCopy | undefined> => {
  const path = config().audit.file;
  if (path === undefined) return undefined;
  try {
    return stack.use(await openAuditFile(path));
  } catch (error) {
    const message = `cannot be written: ${messageOf(error)}`;
    throw new ConfigError('The audit', [{ path: 'audit.file', message }]);
  }
};

/** The file where it follows the chain; undefined where one of them is not what was written. */
const meet = async (
  chain: AuditChain,
  file: AuditCopy,
  broken: (error: string) => Promise<void>,
): Promise<AuditCopy | undefined> => {
  const met = await meetCopy(chain, file);
  if (met.state === 'split') {
    await broken(
      `Record ${met.at} of the chain is another one than that in the file. The file is kept as it is, and not written any more.`,
    );
    return undefined;
  }
  if (met.state === 'restored') {
    await broken(`Records ${met.from} to ${met.to} were missing in Redis. They were put back from the file.`);
  }
  return file;
};

const cutOutdated = async (
  { config, now }: AppContext,
  chain: AuditChain,
  audit: AuditLog,
): Promise<void> => {
  const cut = await lastOutdated(chain, now() - config().audit.keep);
  if (!cut) return;
  await audit.record([ownEntry(now(), { type: 'audit_cut', object: chainItself, cut })]);
  await audit.seal();
  await chain.cutBefore(cut.seq + 1);
};
