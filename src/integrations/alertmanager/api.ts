import type { Http, HttpOutcome } from '../http-client/call.ts';
import { said } from '../http-client/said.ts';
import type { AlertmanagerConfig } from './choose.ts';
import { authorization } from './credentials.ts';
import { AlertmanagerStatus, ListedAlerts } from './schema.ts';

export interface ApiDeps {
  /** The client for this Alertmanager: one that asks for a certificate has its own. */
  readonly httpFor: (config: AlertmanagerConfig) => Http;
  /** ms */
  readonly timeoutMs: number;
}

/** 10,000 alerts with long annotations; a longer list is cut, and says nothing of what is not in it. */
const maxBytes = 64 * 1024 * 1024;

/** One call to API v2 of one member: `base` is its URL. Never throws. */
export const callApi = (
  { httpFor, timeoutMs }: ApiDeps,
  config: AlertmanagerConfig,
  path: string,
  json?: unknown,
  base: string = config.url,
): Promise<HttpOutcome> =>
  httpFor(config).call({
    method: json === undefined ? 'GET' : 'POST',
    url: `${base.replace(/\/+$/, '')}/api/v2${path}`,
    headers: authorization(config),
    ...(json !== undefined && { json }),
    timeoutMs,
    maxBytes,
  });

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** The alerts that one member lists: all that fire for it, silenced or inhibited ones too. */
export const listAlerts = async (
  deps: ApiDeps,
  config: AlertmanagerConfig,
  query: string,
  base?: string,
): Promise<Read<ListedAlerts>> =>
  read(await callApi(deps, config, `/alerts${query}`, undefined, base), ListedAlerts, 'its list of alerts');

export const readStatus = async (
  deps: ApiDeps,
  config: AlertmanagerConfig,
  base?: string,
): Promise<Read<AlertmanagerStatus>> =>
  read(await callApi(deps, config, '/status', undefined, base), AlertmanagerStatus, 'its status');

const read = <T>(
  outcome: HttpOutcome,
  schema: { safeParse(value: unknown): { data?: T } },
  what: string,
): Read<T> => {
  if (outcome.kind !== 'answered') return { ok: false, error: outcome.error };
  if (outcome.status !== 200)
    return { ok: false, error: `it answered ${outcome.status}: ${said(outcome.body)}` };
  const value = outcome.cut ? undefined : parseJson(schema, outcome.body);
  return value === undefined ? { ok: false, error: `${what} could not be read` } : { ok: true, value };
};

/**
 * Undefined where it is no JSON, or none of this schema. Which fields may be null the schemas say: a label that is null
 * is not one that the alert lacks.
 */
export const parseJson = <T>(
  schema: { safeParse(value: unknown): { data?: T } },
  text: string,
): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
