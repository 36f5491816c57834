import { messageOf, StoreUnavailable } from '../core/errors.ts';
import type { LostName } from '../rebuild/model/lost.ts';
import { judge, type LossVerdict, nextMark, type RecoveryMark } from './mark.ts';
import type { RecoveryStore } from './ports.ts';
import { begun, type Recovery, wanted } from './recovery.ts';

export interface LossWatchDeps {
  readonly store: RecoveryStore;
  readonly now: () => number;
  readonly newEpoch: () => string;
  /** Where root messages may be. */
  readonly channels: () => readonly string[];
  /** How far back threads are looked for; ms. */
  readonly window: () => number;
  /** The declaration that this region works under; absent: there are no regions. */
  readonly region?: () => string | undefined;
  /** Why this region may not work now, a sentence; undefined while it may. */
  readonly closed?: () => string | undefined;
  readonly onVerdict: (verdict: LossVerdict, recovery: Recovery | undefined) => void;
  readonly onError: (error: unknown) => void;
}

/** What a write must find in the store, so that it is the store that this process knows. */
export interface Fence {
  readonly epoch: string;
  readonly count: number;
}

/** What this process remembers of the store, and whether the store still is that one. */
export interface Watch {
  /** @throws StoreUnavailable while it is not known whether the store is whole */
  fence(): Fence;
  /** A write was made in that epoch, and the counter stands there now. */
  wrote(epoch: string, count: number): void;
  /** A write found another store than it had to. */
  suspect(): void;
  /** Looks now; at most one look at a time. */
  look(): Promise<void>;
  /** The same, and the look surely began after this was asked. */
  lookAgain(): Promise<void>;
  recovery(): Recovery | undefined;
  /** Rebuilds whose records are gone or behind, newest first, as of the last look. */
  rebuilds(): readonly LostName[];
  epoch(): string | undefined;
  /** False from the moment on that something is wrong, until it is known what. */
  trusted(): boolean;
  /** Why this region may not work now, a sentence; undefined while it may. */
  closed(): string | undefined;
}

/** What a process says while it waits. */
const importingWords =
  'Records are being imported into this Redis; farmhand waits. Where no import runs, one was broken off: run farmhand import --replace again.';

type Stored = Awaited<ReturnType<RecoveryStore['look']>>;

/** Clocks of ours and of Slack may differ by this, and a post may be under way; ms. */
const slack = 120_000;

/** Says that it lives this often; ms. */
const beatEvery = 5_000;

export const createWatch = (deps: LossWatchDeps): Watch => {
  let remembered: RecoveryMark | undefined;
  let recovery: Recovery | undefined;
  let rebuilds: readonly LostName[] = [];
  let trusted = false;
  let looking: Promise<void> | undefined;
  let beatAt = 0;

  const newRecovery = (verdict: LossVerdict, { mark, recovery: found }: Stored): Recovery | undefined => {
    if (verdict.is !== 'unsure' && verdict.is !== 'lost') return undefined;
    const now = deps.now();
    const region = deps.region?.();
    const from = verdict.why === 'unattended' && mark ? mark.at - slack : now - deps.window();
    const fresh: Recovery = {
      why: verdict.why,
      sure: verdict.is === 'lost',
      ...(verdict.is === 'unsure' && region !== undefined && mark?.region !== region && { promoted: true }),
      since: now,
      from,
      phase: 'reading',
      channels: wanted(deps.channels()),
    };
    return begun(fresh, found);
  };

  const judgeOnce = async (): Promise<void> => {
    for (let tries = 0; tries < 10; tries++) {
      // What was remembered when the question was asked: writes go on meanwhile.
      const asked = remembered;
      const found = await deps.store.look();
      rebuilds = found.rebuilds;
      const verdict = judge(asked, found, deps.now(), deps.region?.());
      if (verdict.is === 'importing') {
        trusted = false;
        throw new StoreUnavailable(importingWords);
      }
      if ((verdict.is === 'whole' || verdict.is === 'newer') && found.mark) {
        remembered = newest(remembered, found.mark);
        recovery = found.recovery;
        trusted = true;
        if (verdict.is === 'newer') deps.onVerdict(verdict, recovery);
        return;
      }
      const mark = nextMark(asked, found.mark, deps.newEpoch(), deps.now(), deps.region?.());
      const started = newRecovery(verdict, found);
      if (await deps.store.begin(found.mark?.epoch, mark, started)) {
        remembered = mark;
        recovery = started;
        trusted = true;
        deps.onVerdict(verdict, started);
        return;
      }
    }
    throw new StoreUnavailable('The mark of the record store kept changing while it was looked at.');
  };

  const look = async (): Promise<void> => {
    await judgeOnce();
    const now = deps.now();
    if (remembered && now - beatAt >= beatEvery) {
      await deps.store.beat(remembered.epoch, now);
      beatAt = now;
    }
  };

  const closed = (): string | undefined => deps.closed?.();
  const watch: Watch = {
    fence: () => {
      const why = closed();
      if (why !== undefined) throw new StoreUnavailable(`${why} Nothing was changed.`, undefined, why);
      if (!remembered || !trusted) {
        throw new StoreUnavailable(
          'farmhand is looking whether its records in Redis are whole; nothing was changed. Try again in a moment.',
        );
      }
      return { epoch: remembered.epoch, count: remembered.count };
    },
    wrote: (epoch, count) => {
      if (remembered?.epoch === epoch && count > remembered.count) remembered = { ...remembered, count };
    },
    suspect: () => {
      trusted = false;
      watch.look().catch((error: unknown) => deps.onError(messageOf(error)));
    },
    look: () => {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    lookAgain: async () => {
      await looking?.catch(() => undefined);
      await watch.look();
    },
    recovery: () => recovery,
    rebuilds: () => rebuilds,
    epoch: () => remembered?.epoch,
    trusted: () => trusted && closed() === undefined,
    closed,
  };
  return watch;
};

const newest = (remembered: RecoveryMark | undefined, found: RecoveryMark): RecoveryMark =>
  remembered?.epoch === found.epoch ? { ...found, count: Math.max(found.count, remembered.count) } : found;
