import { App, type Receiver, type ReceiverEvent } from '@slack/bolt';
import { registerCommands } from '../../commands/register.ts';
import type { CommandDeps, RebuildDeps } from '../../commands/shared/deps.ts';
import { createPeople } from '../../commands/shared/people.ts';
import { placeName } from '../../src/access/access.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import type { Message } from '../../views/blocks.ts';
import { FakeAlertService } from '../fakes/alert-service.ts';
import { FakeRebuildService } from '../fakes/rebuilds/rebuild-service.ts';
import { anAlert, minute, start, viewContext } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';

export const team = 'T01ACME';
export const bot = 'U0BOT';
export const rootTs = '1795184022.000100';

const fullNames: Readonly<Record<string, string>> = { U01ANA: 'Ana Ng', U02BEN: 'Ben Roe' };

/** One call to Slack, as it went out. `method` is `respond` for an answer to a response_url. */
export interface Call {
  readonly method: string;
  readonly body: Record<string, unknown>;
}

export interface Acked {
  readonly response: unknown;
  /** Whether anything had been asked of the records or of Slack by then. */
  readonly first: boolean;
}

/** Real Bolt with farmhand's listeners, an in-memory receiver, and a recorded Slack on the other side of `fetch`. */
export const slackWorld = (
  options: {
    alerts?: readonly Alert[];
    deadlineMs?: number;
    rebuilds?: readonly Rebuild[];
    unconfigured?: true;
    slowMs?: number;
    /** Lays something between the listeners and what they need, such as a store that fails. */
    through?: (deps: CommandDeps) => CommandDeps;
    /** Called before Slack answers: what it throws is what became of the call. */
    onSlack?: (method: string) => void;
  } = {},
) => {
  const calls: Call[] = [];
  const logged: { level: string; message: string; data: unknown }[] = [];
  let time = start + 5 * minute;
  const service = new FakeAlertService(() => time, ...(options.alerts ?? [anAlert()]));
  const rebuilds = new FakeRebuildService(() => time, ...(options.rebuilds ?? []));
  /** Slack's answer to the next call of a method, instead of ok. */
  const answers = new Map<string, { error: string }>();
  /** What Slack says of a person besides the usual. */
  const profiles = new Map<string, Readonly<Record<string, unknown>>>();
  const members = { guests: false, teams: [] as string[] };

  const fetchSlack = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = url.pathname.startsWith('/respond') ? 'respond' : url.pathname.replace('/api/', '');
    calls.push({ method, body: readBody(String(init?.body ?? '')) });
    options.onSlack?.(method);
    if (method === 'users.info') {
      const id = String(calls.pop()?.body['user']);
      return whoIs(id, profiles.get(id));
    }
    const failure = answers.get(method);
    answers.delete(method);
    if (failure) return Response.json({ ok: false, ...failure });
    return Response.json({ ok: true, ts: '1795184999.000100', view: { id: 'V1', hash: 'h' } });
  };

  const receiver: Receiver = {
    init: () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  };
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-1', botUserId: bot, botId: 'B0BOT', teamId: team }),
    clientOptions: { slackApiUrl: 'https://slack.test/api/', fetch: fetchSlack, retryConfig: { retries: 0 } },
    convoStore: false,
  });
  const log = (level: string) => (data: unknown, message: string) => {
    logged.push({ level, message, data });
  };
  let references = 0;
  const recorded = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const deps: CommandDeps = {
    alerts: service,
    queries: service,
    people: createPeople({ now: () => time, log: recorded }),
    members: () => members,
    explain: (alert) => ({
      route: alert.route,
      tried: [{ route: alert.route, matched: true, why: 'service="checkout"' }],
    }),
    view: () => viewContext({ now: time }),
    now: () => time,
    newReference: () => `ref-${++references}`,
    log: recorded,
    deadlineMs: options.deadlineMs ?? 2000,
    ...(options.unconfigured
      ? {}
      : { rebuilds: { ...rebuildDeps(rebuilds), slowMs: options.slowMs ?? 2000 } }),
  };
  registerCommands(app, options.through?.(deps) ?? deps);

  const process = async (body: Record<string, unknown>): Promise<Acked> => {
    const before = calls.length;
    let acked: Acked | undefined;
    const ack: ReceiverEvent['ack'] = async (response) => {
      acked ??= {
        response,
        first:
          calls.length === before &&
          service.effects.length === effects &&
          rebuilds.effects.length === rebuildEffects,
      };
    };
    const effects = service.effects.length;
    const rebuildEffects = rebuilds.effects.length;
    await app.processEvent({ body, ack });
    if (!acked) throw new Error('Slack was not acknowledged.');
    return acked;
  };

  return {
    service,
    rebuilds,
    calls,
    logged,
    answers,
    profiles,
    members,
    process,
    deps,
    pass: (ms: number) => {
      time += ms;
    },
    /** How commands ended, by code, in order. */
    ended: (): unknown[] =>
      logged.flatMap(({ data }) =>
        typeof data === 'object' && data !== null && 'ended' in data ? [data.ended] : [],
      ),
    /** The answers that people saw, as they read them. */
    seen: (): string[] =>
      calls
        .filter(({ method }) => method === 'respond' || method === 'chat.postEphemeral')
        .map(({ body }) => readable(body['blocks'] as unknown[]).join('\n')),
  };
};

/** An answer as a person reads it, to be compared with what was seen. */
export const text = ({ blocks = [] }: Message): string => readable([...blocks]).join('\n');

/** Everything of rebuilds, by one fake. */
export const rebuildDeps = (service: FakeRebuildService): RebuildDeps => ({
  service,
  freezes: service.freezes,
  queries: service.queries,
  lost: () => service.lost,
  instances: service.instances,
  audit: service.audit,
  access: service.access,
  rights: {
    of: async ({ id: user }, place) => ({
      ...(place !== undefined && { place: { instance: placeName(place), environments: ['commercial'] } }),
      may: [
        {
          role: { name: 'sre', verbs: ['*'], instances: ['*'], environments: ['*'] },
          through: user,
          verbs: ['start'],
        },
      ],
      mayNot: [],
      unknown: [],
    }),
  },
  instanceOf: (alert: Alert) => alert.labels['express_instance'],
  slowMs: 2_000,
});

/** What `users.info` says; not among the calls, since names are looked up beside what a listener does. */
const whoIs = (id: string, change: Readonly<Record<string, unknown>> = {}): Response => {
  const name = fullNames[id];
  return Response.json(
    name === undefined
      ? { ok: false, error: 'user_not_found' }
      : {
          ok: true,
          user: {
            id,
            name: 'x',
            real_name: name,
            team_id: team,
            profile: { real_name: name, display_name: 'x' },
            ...change,
          },
        },
  );
};

/** Bolt's client sends forms with JSON values; `respond` sends JSON. */
const readBody = (text: string): Record<string, unknown> => {
  if (text.startsWith('{')) return JSON.parse(text);
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([key, value]) => [
      key,
      /^[[{]/.test(value) ? JSON.parse(value) : value,
    ]),
  );
};
