import type { InstanceLinks } from '../alerts/evolve/instance-link.ts';
import { type AuditLog, createAuditLog } from '../audit/chain/audit-log.ts';
import type { Copies } from '../audit/chain/copies.ts';
import { beginningOf, lastOutdated, verifyChain } from '../audit/chain/copy.ts';
import { ownEntry } from '../audit/record.ts';
import { messageOf } from '../core/errors.ts';
import { startRounds } from '../reconcile/resync.ts';
import { openCopies } from './audit/open-copies.ts';
import { createTellAudit, type TellAudit } from './audit/tell-audit.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';

/** What waits for its place in the chain is given it this soon, where nobody asks for it before; ms. */
const sealEvery = 1_000;
/** How often the whole chain is verified, and what retention has ended is cut off; ms. */
const verifyEvery = 24 * 3_600_000;
/** ms */
const tryAgainAfter = 5_000;

export interface Audit extends AuditLog {
  /** From now on the copies are asked for what the chain has lost, and for the records that are required there. */
  copied(copies: Copies, onLost: (seq: number) => void): void;
}

/** The audit of a running farmhand. Nothing is read or written before Redis answers. */
export const openAudit = (
  { stamp, now, metrics: { metrics }, roles }: AppContext,
  { audit: chain }: Records,
): Audit => {
  let copies: Copies | undefined;
  let onLost = (_seq: number): void => undefined;
  const log = createAuditLog({
    ...{ chain, stamp, now },
    onSealed: (sealed) => metrics.auditRecords.set({}, sealed.at(-1)?.record.seq ?? 0),
    // Only who works knows the copies.
    begins: roles.has('worker'),
    restore: async () => copies?.restore(),
    onLost: ({ seq }) => {
      metrics.auditLost.inc({});
      onLost(seq);
    },
    uncopied: async (seq) => copies?.uncopied(seq),
  });
  return {
    ...log,
    copied: (those, tell) => {
      copies = those;
      onLost = tell;
    },
  };
};

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

/** Seals, keeps the copies, verifies and cuts, until the app stops. */
export const keepAudit = async (
  context: AppContext,
  records: Records,
  audit: Audit,
  links: () => InstanceLinks,
): Promise<void> => {
  const { log, stack, after, metrics } = context;
  const chain = records.audit;
  const tell = createTellAudit(context, records, links);
  const broken = async (error: string): Promise<void> => {
    metrics.metrics.auditWhole.set({}, 0);
    log.error({ error }, 'The audit is not whole; see the runbook');
    await audit.record([
      ownEntry(context.now(), { type: 'audit_broken', object: chainItself, outcome: 'failed', error }),
    ]);
  };
  const { copies, names } = await openCopies(context, records, tell, broken);
  audit.copied(copies, (seq) => tell('chain', { code: 'audit_lost', seq }));
  const rounds = (every: number, round: () => Promise<void>, onError: (error: unknown) => void): void =>
    stack.defer(startRounds({ after, every, first: 0, round, onError }));
  const waits = (error: unknown): void =>
    log.warn({ error: messageOf(error) }, 'Audit records wait; they are tried again');
  rounds(sealEvery, () => audit.seal(), waits);
  // Each at its own pace: one that hangs holds up nothing else.
  for (const name of names) rounds(sealEvery, () => copies.round(name), waits);
  rounds(tryAgainAfter, lossWatch(context, records, audit, tell), waits);
  let verifiedAt = Number.NEGATIVE_INFINITY;
  const verify = async (): Promise<void> => {
    if (context.now() - verifiedAt < verifyEvery) return;
    const known = (await copies.ends()).filter((end) => end !== undefined);
    const { problems, records: count, head } = await verifyChain(chain, known);
    metrics.metrics.auditWhole.set({}, problems.length === 0 ? 1 : 0);
    verifiedAt = context.now();
    const [first] = problems;
    if (first) {
      const error = `${problems.length} problems in ${count} records; the first: ${first.says}`;
      await broken(error);
      tell('chain', { code: 'audit_broken', error: `${error}.` });
      return;
    }
    log.info({ records: count, head: head.seq }, 'The audit chain is whole');
    tell('chain', undefined);
    await cutOutdated(context, records, audit, copies);
  };
  // A try that Redis did not answer in time is made again soon, not a day later.
  rounds(tryAgainAfter, verify, (error) =>
    log.warn({ error: messageOf(error) }, 'The audit chain was not verified'),
  );
};

/** Clocks of processes may differ by this; ms. */
const slack = 120_000;

/**
 * Redis came back without records, and nobody who lives knew the chain: one that began again just then is not the first.
 * Answers a function that looks, once for each such time.
 */
const lossWatch = (
  { now, metrics }: AppContext,
  { audit: chain, watch }: Records,
  audit: AuditLog,
  tell: TellAudit,
): (() => Promise<void>) => {
  let looked: number | undefined;
  return async () => {
    const under = watch.recovery();
    if (!under?.sure || under.since === looked) return;
    const found = await beginningOf(chain);
    looked = under.since;
    // A region that was promoted has a chain of its own; the one of before goes on where it is.
    if (under.promoted || !found || found.told || found.at < under.since - slack) return;
    metrics.metrics.auditLost.inc({});
    tell('chain', { code: 'audit_lost' });
    const error =
      'Redis has lost its records, and this chain begins with the first one after that. How far the chain of before went is only in copies and checkpoints.';
    const entry = { type: 'audit_lost', object: chainItself, outcome: 'failed', error } as const;
    await audit.record([ownEntry(now(), entry)]);
  };
};

/** So many are looked at; with more, nothing is cut. */
const mostFlights = 200;

const cutOutdated = async (
  { config, now }: AppContext,
  { audit: chain, rebuildQueries }: Records,
  audit: AuditLog,
  copies: Copies,
): Promise<void> => {
  // What belongs to a rebuild in flight stays, however long that takes, and so does what a copy does not have yet.
  const flights = await rebuildQueries.list({ state: 'flight', limit: mostFlights });
  const ends = await copies.ends();
  if (flights.length === mostFlights || ends.some((end) => end === undefined)) return;
  const cut = await lastOutdated(chain, {
    before: Math.min(now() - config().audit.keep, ...flights.map(({ at }) => at)),
    upTo: Math.min(...ends.map((end) => end?.seq ?? 0)),
  });
  if (!cut) return;
  await audit.record([ownEntry(now(), { type: 'audit_cut', object: chainItself, cut })]);
  await audit.seal();
  await chain.cutBefore(cut.seq + 1);
};
