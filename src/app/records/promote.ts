import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Redis } from 'ioredis';
import { type AuditEntry, auditTime } from '../../audit/record.ts';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { storedMark } from '../../integrations/redis/shared/recovery-store.ts';
import { forgetRecords, keepRecords } from '../../integrations/redis/transfer/reign.ts';
import type { Declarations } from '../../integrations/slack/declarations.ts';
import { createLogger } from '../../observability/logger.ts';
import { createRedactor } from '../../observability/redact.ts';
import { type Declaration, type Declaring, recordsAre, settleAfter } from '../../region/region.ts';
import { patiently } from '../shared/patiently.ts';
import { atCommandLine, openCliAudit } from './cli-audit.ts';
import { aliveWithin, connectOnce } from './connect-once.ts';
import { openDeclarations } from './open-region.ts';

export interface PromoteOptions {
  readonly config: Config;
  readonly why: string;
  /** What becomes of records that are of before another region worked; absent: they are not worked on. */
  readonly records?: 'keep' | 'forget' | undefined;
  readonly now: () => number;
  readonly version: string;
}

export interface Promoted {
  readonly region: string;
  /** False: it worked already, and nothing was changed. */
  readonly changed: boolean;
  /** The region that stops. */
  readonly before?: string;
  /** When the one before has surely stopped, from now on; ms. */
  readonly beginsAfter: number;
}

/**
 * Says that this region works from now on, and that every other one stops. On record before it is said.
 * @throws FarmhandError in words; what was changed by then is said
 */
export const promoteRegion = async (options: PromoteOptions): Promise<Promoted> => {
  const { config } = options;
  const { region, slack } = config;
  if (!region) throw refused('the config has no region section, so there is nothing to promote');
  const redactor = createRedactor();
  redactor.registerSecret(slack.bot_token.reveal());
  const log = createLogger({ level: 'error', redactor, base: {} });
  await using declarations = openDeclarations({ slack, region }, { log, safe: redactor.known });
  const newest = await asked(declarations);
  const beginsAfter = settleAfter(region.lease);
  if (newest?.region === region.name && options.records === undefined) {
    return { region: region.name, changed: false, beginsAfter };
  }
  const redis = await connectOnce(config);
  try {
    const wish: Declaring = {
      region: region.name,
      by: `${userInfo().username} (command line)`,
      why: options.why,
      ...(newest && { after: newest.ts }),
    };
    await mustFit(redis, options, newest);
    await onRecord(redis, options, wish, newest, async () => {
      await settleRecords(redis, options, newest);
      const before = newest && newest.region !== region.name ? newest.region : undefined;
      await declared(declarations, wish, { before, beginsAfter });
    });
    return {
      region: region.name,
      changed: true,
      ...(newest && newest.region !== region.name && { before: newest.region }),
      beginsAfter,
    };
  } finally {
    redis.disconnect();
  }
};

/** Whoever promotes waits so long for Slack; ms. */
const patience = 60_000;

const refused = (why: string): FarmhandError =>
  new FarmhandError('promotion_refused', `${why}. Nothing was changed.`);

const asked = async (declarations: Declarations): Promise<Declaration | undefined> => {
  const answer = await patiently(declarations.newest, patience);
  if (answer.ok) return answer.value;
  throw refused(
    `Slack does not say which region works (${answer.kind === 'rate_limited' ? 'it asks to wait' : answer.error}): try again, and see farmhand doctor`,
  );
};

/** @throws FarmhandError when the records are of an earlier reign, and nobody said what becomes of them */
const mustFit = async (
  redis: Redis,
  { config, records, now }: PromoteOptions,
  newest: Declaration | undefined,
): Promise<void> => {
  const fields = await redis.hgetall(createKeys(config.redis.prefix).mark);
  if (fields['importing'] !== undefined)
    throw refused(
      'records are being imported into this Redis, or that was broken off: farmhand import --replace',
    );
  if (records !== undefined && now() - Number(fields['at'] ?? 0) < aliveWithin)
    throw refused(
      'a farmhand works on these records: --records is for those of before another region worked',
    );
  const are = recordsAre({ ts: '', ...(newest && { after: newest.ts }) }, storedMark(fields));
  if (are !== 'of_before' || records !== undefined) return;
  throw refused(
    `the records of this region are of before region ${newest?.region ?? '?'} worked. Three ways: farmhand export there and farmhand import --replace here, then promote; or, where the other region's records are lost, --records forget (threads and rebuilds are found again in Slack, the audit stays); or, where nobody has worked there since, --records keep`,
  );
};

const settleRecords = async (
  redis: Redis,
  { config, records }: PromoteOptions,
  newest: Declaration | undefined,
): Promise<void> => {
  const { prefix } = createKeys(config.redis.prefix);
  if (records === 'forget') await forgetRecords(redis, prefix);
  if (records === 'keep' && newest) await keepRecords(redis, prefix, newest.ts);
};

/** An answer that is lost is looked up: it is declared once, or not. */
const declared = async (
  declarations: Declarations,
  wish: Declaring,
  beside: Parameters<Declarations['declare']>[2],
): Promise<void> => {
  const id = randomUUID();
  const said = await patiently(() => declarations.declare(wish, id, beside), patience);
  const newest = await patiently(declarations.newest, patience);
  if (newest.ok && newest.value?.region === wish.region && newest.value.after === wish.after) return;
  const why = said.ok
    ? 'it is not what the channel shows'
    : said.kind === 'rate_limited'
      ? 'Slack asks to wait'
      : said.error;
  throw new FarmhandError(
    'promotion_unknown',
    `Whether the region was promoted is not known (${why}). Say farmhand promote again: it looks first.`,
  );
};

/** The intent is in Redis before anything is said; how it ended follows. */
const onRecord = async (
  redis: Redis,
  { config, now, version, records }: PromoteOptions,
  { region, why }: Declaring,
  newest: Declaration | undefined,
  change: () => Promise<void>,
): Promise<void> => {
  const { log } = openCliAudit(redis, config, { now, version });
  const action = randomUUID();
  const of = (outcome: Pick<AuditEntry, 'type' | 'outcome' | 'error'>): AuditEntry => ({
    time_utc: auditTime(now()),
    ...atCommandLine(),
    object: { kind: 'region', id: region },
    action_id: action,
    command: { verb: 'promote', ...(records && { records }) },
    before: { region: newest?.region ?? 'none' },
    why: { reason: why },
    ...outcome,
  });
  await log.record([of({ type: 'change_intent', outcome: 'intended' })]);
  await log.seal();
  try {
    await change();
  } catch (error) {
    await log.record([of({ type: 'change_outcome', outcome: 'unknown', error: messageOf(error) })]);
    throw error;
  }
  await log.record([of({ type: 'change_outcome', outcome: 'done' })]);
  await log.seal();
};
