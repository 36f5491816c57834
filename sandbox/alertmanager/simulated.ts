import { randomUUID } from 'node:crypto';
import { type SimRequest, type SimResponse, type Simulator, startSimulator } from '../simulator/server.ts';
import { labelKey, listedAlert, PostableAlerts, type StoredAlert, stored } from './alerts.ts';
import { gettable, PostableSilence, parseFilter, refusalOf, type StoredSilence } from './silence.ts';

/** Silences and alerts of Alertmanager's API v2, kept in memory, with faults on command. It notifies nobody. */
export const startSimulatedAlertmanager = (
  options: {
    readonly port?: number;
    readonly token?: string;
    /** `user:password` */
    readonly basic?: string;
    readonly now?: () => number;
    /** ms; default: since it was started. */
    readonly upSince?: number;
    /** Members of its cluster, itself included, as its status tells. */
    readonly members?: number;
  } = {},
): Promise<Simulator> => {
  const { now = Date.now, token, basic, members = 0 } = options;
  const upSince = options.upSince ?? now();
  const alerts = new Map<string, StoredAlert>();
  const silences = new Map<string, StoredSilence>();

  const create = (request: SimRequest): SimResponse => {
    const parsed = PostableSilence.safeParse(json(request.body));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue?.path[0];
      const message = field === 'matchers' ? issue?.message : `${String(field)} in body is required`;
      return { status: 422, json: { code: 602, message } };
    }
    const refusal = refusalOf(parsed.data, now());
    if (refusal !== undefined) return { status: 400, json: refusal };
    const { id: known, ...silence } = parsed.data;
    if (known !== undefined && !silences.has(known)) return { status: 404, json: 'silence not found' };
    const id = known ?? randomUUID();
    silences.set(id, {
      ...silence,
      id,
      startsAt: Math.max(now(), Date.parse(silence.startsAt)),
      endsAt: Date.parse(silence.endsAt),
      updatedAt: now(),
    });
    return { status: 200, json: { silenceID: id } };
  };

  const list = (request: SimRequest): SimResponse => {
    const raw = request.query.getAll('filter');
    const filters = raw.flatMap((text) => parseFilter(text) ?? []);
    if (filters.length < raw.length) return { status: 400, json: `bad matcher format: ${raw.join(' ')}` };
    const found = [...silences.values()].filter((silence) =>
      filters.every((f) => silence.matchers.some((m) => m.name === f.name && m.value === f.value)),
    );
    return { status: 200, json: found.map((silence) => gettable(silence, now())) };
  };

  const takeAlerts = (request: SimRequest): SimResponse => {
    const parsed = PostableAlerts.safeParse(json(request.body));
    if (!parsed.success) return { status: 400, json: { code: 400, message: 'no alerts' } };
    for (const alert of parsed.data) {
      const key = labelKey(alert.labels);
      alerts.set(key, stored(alert, alerts.get(key), now()));
    }
    return { status: 200 };
  };

  const listAlerts = (request: SimRequest): SimResponse => {
    const raw = request.query.getAll('filter');
    const filters = raw.flatMap((text) => parseFilter(text) ?? []);
    if (filters.length < raw.length) return { status: 400, json: `bad matcher format: ${raw.join(' ')}` };
    const found = [...alerts.values()].filter(
      ({ labels, endsAt }) =>
        endsAt > now() && filters.every(({ name, value }) => (labels[name] ?? '') === value),
    );
    return { status: 200, json: found.map((alert) => listedAlert(alert, silences.values(), now())) };
  };

  const status = (): SimResponse => ({
    status: 200,
    json: {
      cluster: {
        status: members > 0 ? 'ready' : 'disabled',
        peers: Array.from({ length: members }, (_, i) => ({ name: `${i}`, address: `127.0.0.1:${i}` })),
      },
      config: { original: '' },
      uptime: new Date(upSince).toISOString(),
      versionInfo: {},
    },
  });

  const expire = (id: string): SimResponse => {
    const silence = silences.get(id);
    if (!silence) return { status: 404 };
    silences.set(id, { ...silence, endsAt: Math.min(silence.endsAt, now()), updatedAt: now() });
    return { status: 200 };
  };

  const handler = (request: SimRequest): SimResponse => {
    const { method, path } = request;
    const known = basic === undefined ? undefined : `Basic ${Buffer.from(basic).toString('base64')}`;
    if (known !== undefined && request.headers['authorization'] !== known) return { status: 401 };
    if (token !== undefined && request.headers['authorization'] !== `Bearer ${token}`) return { status: 401 };
    if (path === '/-/ready' || path === '/-/healthy') return { status: 200, body: 'OK' };
    if (path === '/api/v2/status') return status();
    if (path === '/api/v2/alerts') return method === 'POST' ? takeAlerts(request) : listAlerts(request);
    if (path === '/api/v2/silences') return method === 'POST' ? create(request) : list(request);
    const id = /^\/api\/v2\/silence\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined) return { status: 404, body: '404 page not found\n' };
    if (method === 'DELETE') return expire(id);
    const silence = silences.get(id);
    return silence ? { status: 200, json: gettable(silence, now()) } : { status: 404 };
  };

  return startSimulator({ ...(options.port !== undefined && { port: options.port }), handler });
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
