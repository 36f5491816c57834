import type { AnyMiddlewareArgs, Middleware, webApi } from '@slack/bolt';
import { messageOf, StoreUnavailable } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/person.ts';
import { type HomeFacts, homeNotice, homeView } from '../../views/home/home.ts';
import { unavailableAnswer } from '../../views/messages/answers.ts';
import { overviewFor } from '../rebuilds/read.ts';
import { type CommandDeps, fromRecords, rebuildSurface } from '../shared/deps.ts';
import { readsFor } from '../shared/reads.ts';
import { actorOf } from '../shared/slack-actor.ts';

/** App Home of each person, made from the records whenever it is opened, and after what they did. */
export interface HomeKeeper {
  /** Somebody opened it. Looking again within two seconds shows nothing else, and is left alone. */
  opened(client: webApi.WebClient, by: Person): Promise<void>;
  /** Somebody changed something: shown if they had it open within the last ten minutes. */
  changed(client: webApi.WebClient, by: Person): Promise<void>;
}

const calmMs = 2_000;
const openMs = 600_000;
const remembered = 1_000;
const mostAlerts = 50;

interface Seen {
  readonly openedAt: number;
  readonly shownAt: number;
}

export const createHomeKeeper = (deps: CommandDeps): HomeKeeper => {
  // A Map keeps the order of insertion: the oldest come first.
  const seen = new Map<string, Seen>();
  /** At most one at a time for each person; what changes meanwhile is shown right after. */
  const running = new Map<string, { again: boolean }>();

  const remember = (user: string, now: Seen): void => {
    seen.delete(user);
    seen.set(user, now);
    const oldest = seen.keys().next().value;
    if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
  };

  const show = async (client: webApi.WebClient, by: Person): Promise<void> => {
    const other = running.get(by.id);
    if (other) {
      other.again = true;
      return;
    }
    const run = { again: true };
    running.set(by.id, run);
    try {
      while (run.again) {
        run.again = false;
        await publish(deps, client, by);
      }
    } finally {
      running.delete(by.id);
    }
  };

  return {
    opened: async (client, by) => {
      const now = deps.now();
      const before = seen.get(by.id);
      const calm = before === undefined || now - before.shownAt >= calmMs;
      remember(by.id, { openedAt: now, shownAt: calm ? now : before.shownAt });
      if (calm) await show(client, by);
    },
    changed: async (client, by) => {
      const now = deps.now();
      const before = seen.get(by.id);
      if (!before || now - before.openedAt > openMs) return;
      remember(by.id, { ...before, shownAt: now });
      await show(client, by);
    },
  };
};

const publish = async (deps: CommandDeps, client: webApi.WebClient, by: Person): Promise<void> => {
  try {
    const who = await deps.people.person(client, { id: by.id, via: { client: 'home' } });
    const facts = await gather(deps, who);
    await client.views.publish({ user_id: by.id, view: homeView(facts, deps.view()) });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    deps.log.warn({ user: by.id, error: messageOf(error) }, 'App Home could not be read from the records');
    await client.views.publish({ user_id: by.id, view: homeNotice(unavailableAnswer(error.why)) });
  }
};

const gather = async (deps: CommandDeps, by: Person): Promise<HomeFacts> => {
  const surface = rebuildSurface(deps);
  const reads = await readsFor(deps, () => by);
  const [page, counts, rebuilds] = await Promise.all([
    fromRecords(deps, reads.list({ status: 'firing', limit: mostAlerts })),
    fromRecords(deps, reads.counts('firing')),
    surface && overviewFor(surface, by),
  ]);
  return {
    inFlight: rebuilds?.flight ?? [],
    failed: rebuilds?.failed ?? [],
    recent: rebuilds?.recent ?? [],
    lost: rebuilds?.lost ?? [],
    freezes: rebuilds?.freezes ?? [],
    ...(rebuilds?.hidden !== undefined && { hidden: rebuilds.hidden }),
    canRebuild: surface !== undefined,
    alerts: page.alerts,
    more: page.next !== undefined,
    firing: counts.firing,
  };
};

/** After a click or a form App Home is brought up to date for the one who did it, where they have it open. */
export const refreshHome =
  (deps: Pick<CommandDeps, 'log'>, home: HomeKeeper): Middleware<AnyMiddlewareArgs> =>
  async (args) => {
    await args.next();
    const actor = actorOf(args.body);
    const acted = actor?.kind === 'action' || actor?.kind === 'view';
    if (!acted || actor.user === undefined) return;
    await home.changed(args.client, { id: actor.user }).catch((error: unknown) => {
      deps.log.warn(
        { user: actor.user, error: messageOf(error) },
        'App Home could not be brought up to date',
      );
    });
  };
