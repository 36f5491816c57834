import type { ChannelQueue, LaneOpened, LaneWants } from '../../../alerts/channel/channel-queue.ts';
import type { Alert } from '../../../alerts/model/alert.ts';
import type { Keys } from '../shared/keys.ts';
import type { LookAnswer } from '../shared/look-script.ts';
import { intervalOf, type Rate } from '../shared/pacer.ts';
import type { LiveRecords } from './live-records.ts';

export interface LooksDeps {
  readonly keys: Keys;
  /** The pace of posts. */
  readonly rate: () => Rate;
  readonly records: LiveRecords;
}

export interface LookRequest {
  readonly channel: string;
  /** ms */
  readonly now: number;
  readonly wants: LaneWants;
  /** Absent: it is only looked at. */
  readonly lease?: { readonly owner: string; readonly ms: number };
}

/** What a look at a lane asks of Redis, and what its answer says; see look-script.ts. */
export interface Looks {
  ask(request: LookRequest): { readonly keys: readonly string[]; readonly args: readonly string[] };
  viewOf(answer: Exclude<LookAnswer, number>): ChannelQueue;
  openedOf(answer: LookAnswer): LaneOpened;
  /** This record now lies there. */
  lies(key: string, alert: Alert): void;
}

export const createLooks = ({ keys, rate, records }: LooksDeps): Looks => {
  const viewOf: Looks['viewOf'] = (answer) => {
    const [
      scored,
      turns,
      waiting,
      wake,
      digest,
      threads,
      ids,
      found,
      asked,
      granted,
      waitMs,
      bucket,
      groupsAt,
    ] = answer;
    const updates = scored.filter((_, i) => i % 2 === 0);
    const view = {
      updates,
      urgent: new Set(updates.filter((_, i) => Number(scored[2 * i + 1]) < 1e13)),
      posts: turns.filter((_, i) => i % 2 === 0),
      waiting,
      threads,
      hasDigest: digest === 1,
      alerts: records.of(ids, found),
      pace: { asked, granted, waitMs, bucket },
    };
    return {
      ...view,
      ...(wake !== null && { wakeAt: Number(wake) }),
      ...(groupsAt !== null && { groupsAt: Number(groupsAt) }),
    };
  };
  return {
    ask: ({ channel, now, wants: { posts, updates, paced = 0 }, lease }) => {
      const post = rate();
      const args = [now, posts, updates, channel, keys.full(keys.series('')), paced, intervalOf(post)];
      return {
        keys: [
          ...[keys.lane(channel), keys.threads(channel), keys.marks],
          ...[keys.lease('lane', channel), keys.pace(channel)],
        ],
        args: [...args, post.burst, lease?.owner ?? '', lease?.ms ?? 0].map(String),
      };
    },
    viewOf,
    openedOf: (answer) =>
      typeof answer === 'number' ? { ok: false, forMs: answer } : { ok: true, view: viewOf(answer) },
    lies: (key, alert) => void records.keyOf.set(alert, key),
  };
};
