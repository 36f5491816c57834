import type { Instance } from '../../rebuild/model/parts/instance.ts';
import type { EffectResult, EnginePort, EngineRequest, Observation } from '../../rebuild/ports/ports.ts';
import type { Http, HttpOutcome } from '../http-client/call.ts';
import { said } from '../http-client/said.ts';
import { type AaStatus, parseAaStatus } from './aa-status.ts';
import { type AdminUrl, adminUrlOf } from './admin-url.ts';
import { accepted, type EngineFailure } from './answer.ts';
import { orderForm } from './order-form.ts';
import { type EngineStatus, OrderAnswer } from './schema.ts';
import { parseStatus } from './status.ts';
import { statusTemplate } from './template.ts';
import { viewOf } from './view.ts';

export interface EngineSettings {
  readonly token?: { reveal(): string } | undefined;
  /** Of one call, ms; an order makes up to three. */
  readonly timeout: number;
}

export interface EngineDeps {
  readonly http: Http;
  readonly now: () => number;
}

type Read<T> = EngineFailure | { readonly ok: true; readonly value: T };

const maxAnswerBytes = 1024 * 1024;
/** Long, and the same for every look. */
const statusQuery = String(
  new URLSearchParams({ cmd: 'rebuildStatus', format: 'VELOCITY', template: statusTemplate }),
);

/** The express side through a node's admin endpoint: two reads, and orders that are made once per key. */
export const createEngine = (settings: EngineSettings, { http, now }: EngineDeps): EnginePort => {
  const authorization = settings.token && { authorization: `Bearer ${settings.token.reveal()}` };
  const limits = { timeoutMs: settings.timeout, maxBytes: maxAnswerBytes };
  const get = (url: string, query: string, accept: string): Promise<HttpOutcome> =>
    http.call({
      method: 'GET',
      url: `${url}?${query}`,
      headers: { accept, ...authorization },
      ...limits,
    });

  const readStatus = async (who: string, url: string): Promise<Read<EngineStatus>> => {
    const taken = accepted(who, await get(url, statusQuery, 'application/json'), now());
    if (!taken.ok) return taken;
    if (taken.answer.cut) return unreadable(`${who}: its rebuild status is longer than 1 MB`);
    const status = parseStatus(taken.answer.body);
    return status.ok ? status : unreadable(`${who}: its rebuild status cannot be read: ${status.why}`);
  };

  const readListing = async (who: string, url: string): Promise<Read<AaStatus>> => {
    const taken = accepted(who, await get(url, 'cmd=aaStatus', 'text/plain'), now());
    if (!taken.ok) return taken;
    if (taken.answer.cut) return unreadable(`${who}: its A/A status is longer than 1 MB`);
    const listing = parseAaStatus(taken.answer.body);
    if (listing.isListing) return { ok: true, value: listing };
    return unreadable(`${who}: its A/A status is not a listing: ${said(taken.answer.body)}`);
  };

  return {
    async look(instance, rebuild) {
      const admin = adminUrlOf(instance.adminUrl);
      const who = nameOf(instance);
      if (!admin.ok) return { ok: false, error: badUrl(instance, admin) };
      const [status, listing] = await Promise.all([readStatus(who, admin.url), readListing(who, admin.url)]);
      if (status.ok && listing.ok) return { ok: true, value: viewOf(status.value, listing.value, rebuild) };
      return failedLook([status, listing]);
    },

    async order(request) {
      const { instance, key } = request;
      const admin = adminUrlOf(instance.adminUrl);
      const who = nameOf(instance);
      if (!admin.ok) return refused(badUrl(instance, admin));
      if (isUndistributed(request)) {
        return refused('A rebuild that waits for no farmers would not be distributed. Nothing was ordered.');
      }
      const before = await readStatus(who, admin.url);
      if (!before.ok) return notLooked(before);
      if (knows(before.value, key)) return { ok: true, already: true, id: key };

      const outcome = await http.call({
        method: 'POST',
        url: admin.url,
        headers: { ...authorization },
        form: orderForm(request),
        ...limits,
      });
      const taken = accepted(who, outcome, now());
      if (!taken.ok && taken.kind !== 'unknown') {
        return { ...taken, error: `${taken.error} Nothing was ordered.` };
      }
      const answer = taken.ok ? parseAnswer(taken.answer.body) : undefined;
      if (answer?.key === key) return { ok: true, already: answer.already, id: key };
      const after = await readStatus(who, admin.url);
      if (after.ok && knows(after.value, key)) return { ok: true, already: false, id: key };
      const what = taken.ok ? `${who} answered the order with: ${said(taken.answer.body)}.` : taken.error;
      return { ok: false, kind: 'unknown', error: `${what} ${afterwards(after)}` };
    },
  };
};

const nameOf = ({ name }: Instance): string => `The express node of ${name}`;

const unusable: Readonly<Record<Extract<AdminUrl, { ok: false }>['code'], string>> = {
  not_url: 'it is not a URL',
  not_http: 'it is not http(s)',
  credentials: 'it carries a name or password',
  more: 'it carries a query or a fragment',
};

/** An address with a password in it is not shown. */
const badUrl = ({ source, adminUrl }: Instance, { code }: Extract<AdminUrl, { ok: false }>): string =>
  `The admin URL ${code === 'credentials' ? '' : `“${said(adminUrl)}” `}in ${source.file} cannot be used: ${unusable[code]}. Nothing was asked of it.`;

const isUndistributed = ({ effect, farmers }: EngineRequest): boolean =>
  effect.kind === 'run' && effect.run === 'rebuild' && !(Number.isSafeInteger(farmers) && farmers >= 1);

const knows = ({ orders, runs }: EngineStatus, key: string): boolean =>
  orders.includes(key) || runs.some((run) => run.key === key);

const unreadable = (error: string): EngineFailure => ({ ok: false, kind: 'retry', error: `${error}.` });
const refused = (error: string): EffectResult => ({ ok: false, kind: 'refused', error });

/** Both errors, or the one when they are the same. */
const failedLook = (reads: readonly Read<unknown>[]): Observation<never> => {
  const errors = reads.flatMap((read) => (read.ok ? [] : [read.error]));
  return { ok: false, error: [...new Set(errors)].join(' ') };
};

/** A look changes nothing, so whatever became of it, this try did not order anything. */
const notLooked = (failure: EngineFailure): EffectResult => ({
  ...failure,
  kind: failure.kind === 'refused' ? 'refused' : 'retry',
  error: `${failure.error} Nothing was ordered by this try: it could not be seen whether it was ordered before.`,
});

const parseAnswer = (body: string): OrderAnswer | undefined => {
  try {
    return OrderAnswer.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const afterwards = (after: Read<EngineStatus>): string =>
  after.ok
    ? 'Its status does not show the order: it may still arrive. It is looked for before it is repeated, under the same key.'
    : 'Its status could not be seen afterwards. It is looked for before it is repeated, under the same key.';
