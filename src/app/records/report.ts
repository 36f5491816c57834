import { listedTier, seesAll, sightOf, tierOfInstance } from '../../access/tiers.ts';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError } from '../../core/errors.ts';
import { createRecordReads, type RecordReads } from '../../integrations/redis/report/read-records.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { createReader } from '../../integrations/redis/shared/reader.ts';
import { endedFreezesAtMost } from '../../rebuild/freezing/evolve-freezes.ts';
import type { Freezes } from '../../rebuild/model/rules/freezes.ts';
import { createAlertFigures } from '../../report/alert-figures.ts';
import { createChanges } from '../../report/changes.ts';
import { createTally } from '../../report/figures.ts';
import type { Period } from '../../report/period.ts';
import { createRebuildFigures } from '../../report/rebuild-figures.ts';
import type { OwnTrouble, Reach, Report } from '../../report/report.ts';
import { connectOnce } from './connect-once.ts';

export interface ReportWish {
  readonly period: Period;
  /** Only what this tier may see. */
  readonly tier?: string;
  /** Whether people are named. */
  readonly people: boolean;
  /** ms */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Told how many records were read so far. */
  readonly onRead: (records: number) => void;
}

/**
 * Reads what is on record of a time, and of the one before it; writes nothing. The chain of the audit is left alone: reading that
 * is itself put on record.
 * @throws FarmhandError where Redis does not answer, or no farmhand has worked; what the signal was aborted with
 */
export const makeReport = async (config: Config, wish: ReportWish): Promise<Report> => {
  const redis = await connectOnce(config);
  try {
    const unreadable: Record<string, number> = {};
    let gone = 0;
    const reads = createRecordReads({
      ...{ redis, keys: createKeys(config.redis.prefix), signal: wish.signal },
      reader: createReader((kind) => {
        unreadable[kind] = (unreadable[kind] ?? 0) + 1;
      }),
      onGone: () => {
        gone += 1;
      },
    });
    if (!(await reads.hasRecords())) {
      throw new FarmhandError(
        'nothing_on_record',
        `Nothing is on record: no farmhand has worked with the prefix ${config.redis.prefix} on this Redis. Check redis.url and redis.prefix of the config.`,
      );
    }
    return await reportFrom(reads, config, wish, () => ({ unreadable, gone }));
  } finally {
    redis.disconnect();
  }
};

const reportFrom = async (
  reads: RecordReads,
  config: Config,
  { period, tier, people, now, onRead }: ReportWish,
  missed: () => Pick<Reach, 'unreadable' | 'gone'>,
): Promise<Report> => {
  const { before } = period;
  const { tiers } = config;
  const sight = tier === undefined ? seesAll : sightOf(tiers, [tier]);
  const seesInstance = (name: string): boolean => sight.sees(tierOfInstance(tiers, name));
  const alerts = [createAlertFigures(period, people), createAlertFigures(before, false)] as const;
  const price = config.rebuilds?.farmer_hour;
  const rebuilds = [createRebuildFigures(period, price), createRebuildFigures(before, price)] as const;
  const changes = createChanges(period, people);
  const dead = createTally();
  let read = 0;
  for await (const page of reads.alerts()) {
    for (const { record, journal } of page) {
      // Since when a tier is listed is no part of the record: it is seen by whoever sees it now.
      if (!sight.sees(record.tier)) continue;
      const seen = { ...record, tier: listedTier(tiers, record.tier) };
      const { lines } = alerts[0].add(tiers.list.length > 0 ? seen : record, journal);
      alerts[1].add(record, journal);
      changes.ofAlert(record, lines);
    }
    read += page.length;
    onRead(read);
  }
  for await (const page of reads.rebuilds(before.from)) {
    for (const { record, journal } of page) {
      if (!seesInstance(record.plan.instance.name)) continue;
      for (const each of rebuilds) each.add(record, journal);
      changes.ofRebuild(record, journal);
    }
    read += page.length;
    onRead(read);
  }
  const freezes = await reads.freezes();
  for (const each of [...freezes.ended, ...freezes.now]) {
    if (each.instance === undefined || seesInstance(each.instance)) changes.ofFreeze(each);
  }
  if (tier === undefined) {
    for await (const { at, reason } of reads.deadLetters(period.from)) if (at < period.to) dead.add(reason);
  }
  const own = tier === undefined && {
    own: { ...(await ownTrouble(reads, config)), deadLetters: dead.rows() },
  };
  const reach = { ...(await reachOf(reads, config, freezes, now)), ...missed() };
  return {
    version: 1,
    ...{ period, madeAt: now, ...(tier !== undefined && { tier }), people },
    ...{ alerts: alerts[0].figures(), rebuilds: rebuilds[0].figures(), changes: changes.list() },
    before: {
      ...(reach.alerts <= before.from && { alerts: alerts[1].figures() }),
      ...(reach.rebuilds <= before.from && { rebuilds: rebuilds[1].figures() }),
    },
    ...own,
    reach,
  };
};

const ownTrouble = async (
  reads: RecordReads,
  { kafka }: Config,
): Promise<Omit<OwnTrouble, 'deadLetters'>> => {
  const { threads, rebuilds } = await reads.lost();
  const topic = kafka?.dead_letter_topic;
  return {
    ...(topic !== undefined && { deadLetterTopic: topic }),
    ...{ lostThreads: threads, lostRebuilds: rebuilds },
  };
};

/** By what the config says now: what was cut while it said less is gone all the same. */
const reachOf = async (
  reads: RecordReads,
  { alerts, rebuilds, audit }: Config,
  { ended }: Freezes,
  now: number,
): Promise<Omit<Reach, 'unreadable' | 'gone'>> => {
  const kept = Math.min(rebuilds?.retention ?? audit.keep, ...Object.values(rebuilds?.retention_in ?? {}));
  const [oldestAlert, oldestRebuild] = [await reads.oldest('alerts'), await reads.oldest('rebuilds')];
  const [firstEnded] = ended.length >= endedFreezesAtMost ? ended : [];
  return {
    ...{ alerts: now - alerts.retention, rebuilds: now - kept },
    ...(oldestAlert !== undefined && { oldestAlert }),
    ...(oldestRebuild !== undefined && { oldestRebuild }),
    ...(firstEnded && { freezes: firstEnded.endedAt }),
  };
};
