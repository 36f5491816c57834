import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../../../sandbox/world/world.ts';
import type {
  AcceptedView,
  AlertDetailView,
  AlertPageView,
  AlertView,
  BooksView,
  EventView,
} from '../../../src/http-api/shared/schema.ts';

export interface Answer {
  readonly status: number;
  readonly body: AcceptedView;
}

/** A farmhand that was killed is started again within seconds, on a busy machine within half a minute. */
const ACCEPTED_WITHIN_MS = 60_000;

export type Client = ReturnType<typeof createClient>;

/** What the sender of alerts, and whoever reads the API, does. `url`: of another replica. */
export const createClient = (world: World, url = world.url) => {
  const post = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> => {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.tokens.events}`,
        'content-type': 'application/json',
        ...headers,
      },
      body,
      signal: AbortSignal.timeout(5_000),
    });
    return { status: answer.status, body: (await answer.json()) as AcceptedView };
  };

  const get = async <T>(path: string): Promise<T | undefined> => {
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${world.tokens.api}` },
      signal: AbortSignal.timeout(5_000),
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  const alert = async (id: string): Promise<AlertView | undefined> =>
    (await get<AlertDetailView>(`/v1/alerts/${id}`))?.alert;
  const books = async (): Promise<BooksView> => (await get<BooksView>('/v1/books')) as BooksView;

  return {
    url,
    post,
    get,
    alert,
    books,
    alerts: async (query = '') =>
      ((await get<AlertPageView>(`/v1/alerts?limit=200${query}`)) as AlertPageView).alerts,
    journal: async (id: string) => (await get<AlertDetailView>(`/v1/alerts/${id}`))?.journal ?? [],
    event: (id: string) => get<EventView>(`/v1/events/${encodeURIComponent(id)}`),
    /** Repeats what was not answered with 2xx, as Alertmanager does. */
    send: async (body: string | Buffer, headers: Record<string, string> = {}): Promise<readonly string[]> => {
      const deadline = performance.now() + ACCEPTED_WITHIN_MS;
      let last: unknown;
      while (performance.now() < deadline) {
        const answer = await post(body, headers).catch((error: unknown) => {
          last = error;
        });
        if (answer?.status === 202) return answer.body.ids;
        if (answer && answer.status < 500) throw new Error(`refused: ${JSON.stringify(answer)}`);
        if (answer) last = JSON.stringify(answer);
        await sleep(25);
      }
      throw new Error(`the event was not accepted within ${ACCEPTED_WITHIN_MS} ms; last: ${String(last)}`);
    },
    /**
     * Once for a sender that gives up when the line breaks: repeats only what was answered with “not now”. Undefined: it
     * died or fell asleep before it answered.
     */
    offer: async (
      body: string | Buffer,
      headers: Record<string, string> = {},
    ): Promise<Answer | undefined> => {
      const deadline = performance.now() + ACCEPTED_WITHIN_MS;
      for (;;) {
        const answer = await post(body, headers).catch(() => undefined);
        if (answer === undefined || answer.status < 500 || performance.now() > deadline) return answer;
        await sleep(25);
      }
    },
    /** Where the process is to die: for one that was started with `test/faults/crash-at.ts`. */
    arm: async (point: string): Promise<void> => {
      await fetch(`${url}/livez`, { headers: { 'x-crash-at': point } });
    },
    probe: async (path: '/livez' | '/readyz' | '/statusz') => {
      const started = performance.now();
      const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) });
      const body = (await answer.json()) as Record<string, unknown>;
      return { status: answer.status, body, ms: performance.now() - started };
    },
  };
};
