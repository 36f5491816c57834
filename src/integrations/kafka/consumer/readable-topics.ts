import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../../core/backoff.ts';
import type { Log } from '../../../observability/log.ts';
import { isRefused, TopicsRefused } from '../client/failures.ts';
import type { TopicView } from '../health/broker-view.ts';
import { type Lookout, lookEvery } from '../health/lookout.ts';
import type { GroupMember } from './group-member.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface ReadableDeps {
  readonly lookout: Lookout;
  readonly life: Lifecycle;
  /** Kafka was looked at. */
  readonly onLook: () => void;
  readonly log: Log;
}

const readable = (views: readonly TopicView[]): readonly string[] =>
  views.filter(({ wrong }) => wrong === undefined).map(({ topic }) => topic);

/**
 * Waits until the brokers can be used and one of the topics read, and answers which. Empty when it was stopped before.
 * @throws where a person must put something right
 */
export const firstReadable = async (
  { lookout, life, onLook, log }: ReadableDeps,
  connect: () => Promise<void>,
  said: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> => {
  for (let attempt = 0; !life.stopping.aborted; attempt++) {
    try {
      await connect();
      const views = await lookout.look();
      onLook();
      const usable = readable(views);
      if (usable.length > 0) return usable;
      life.noteError(lookout.problems().join('. '));
      // The same again gives the same: a fresh process, and an operator, are needed.
      if (views.every(({ wrong }) => wrong === 'refused')) throw new TopicsRefused(lookout.problems());
      log.warn({ problems: lookout.problems() }, 'None of the topics can be read yet; trying again');
    } catch (error) {
      life.noteError(error);
      if (isRefused(error) || error instanceof TopicsRefused) throw error;
      log.warn({ error, ...said }, 'Kafka cannot be read yet; trying again');
    }
    const wait = backoff(attempt + 1, { first: 500, most: 5_000 });
    await sleep(wait, undefined, { signal: life.stopping }).catch(() => undefined);
  }
  return [];
};

/** Looks every ten seconds, and joins the group again when the topics that can be read have changed. */
export const keepLooking = (
  { lookout, life, onLook, log }: ReadableDeps,
  member: Pick<GroupMember, 'reading' | 'rejoin'>,
): Disposable => {
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      const names = readable(await lookout.look());
      onLook();
      const { reading } = member;
      const same = names.length === reading.length && names.every((name) => reading.includes(name));
      if (names.length === 0 || same || life.stopping.aborted) return;
      await member.rejoin(names);
    } catch (error) {
      life.noteError(error);
      log.warn({ error }, 'Kafka could not be looked at; the figures of before stand');
    }
  };
  const next = (): void => {
    timer = setTimeout(() => {
      void look().then(() => {
        if (!life.stopping.aborted) next();
      });
    }, lookEvery).unref();
  };
  next();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
};
