import type { Alert, AlertId } from '../../src/alerts/model/alert.ts';
import type { AlertCommands, CommandOutcome, RefusalCode } from '../../src/alerts/ports/commands.ts';
import type {
  AlertFilter,
  AlertPage,
  AlertQueries,
  Books,
  LaneStatus,
} from '../../src/alerts/ports/queries.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Person } from '../../src/core/person.ts';

/** What people ask of alerts, kept in memory. One effect for two who ask; `store` plays an outage or a hang. */
export class FakeAlertDesk implements AlertCommands, AlertQueries {
  readonly alerts = new Map<AlertId, Alert>();
  readonly journals = new Map<AlertId, JournalEntry[]>();
  store: 'up' | 'away' | 'hangs' = 'up';
  /** Changes made, in order: `acknowledge <alert> <person>`. */
  readonly effects: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number, ...alerts: readonly Alert[]) {
    this.#now = now;
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  acknowledge(id: AlertId, by: Person): Promise<CommandOutcome> {
    return this.#command(id, (alert) => {
      if (alert.ack?.by.id === by.id) return { ok: true, changed: false, alert };
      if (alert.ack) return refuse('already_done', `${name(alert.ack.by)} was first. Nothing was changed.`);
      if (alert.status === 'resolved') return refuse('not_firing', 'It is resolved. Nothing was changed.');
      return this.#change('acknowledge', { ...alert, ack: { by, at: this.#now() } }, by);
    });
  }

  unacknowledge(id: AlertId, by: Person): Promise<CommandOutcome> {
    return this.#command(id, (alert) => {
      const { ack, ...rest } = alert;
      if (!ack) return refuse('already_done', 'Nobody has it. Nothing was changed.');
      return this.#change('unacknowledge', rest, by);
    });
  }

  silence(id: AlertId, by: Person, ask: { durationMs: number; reason: string }): Promise<CommandOutcome> {
    return this.#command(id, (alert) => {
      if (alert.silence)
        return refuse('already_done', `${name(alert.silence.by)} was first. Nothing was changed.`);
      const silence = { by, reason: ask.reason, until: this.#now() + ask.durationMs };
      return this.#change('silence', { ...alert, silence }, by);
    });
  }

  raiseTicket(id: AlertId, by: Person): Promise<CommandOutcome> {
    return this.#command(id, (alert) => {
      if (alert.actions.some((action) => action.kind === 'ticket'))
        return { ok: true, changed: false, alert };
      const at = this.#now();
      const spec = { kind: 'ticket' } as const;
      const ticket = {
        key: 'ticket',
        kind: 'ticket',
        state: 'waiting',
        attempts: 0,
        nextAt: at,
        spec,
        by,
        at,
      } as const;
      return this.#change('ticket', { ...alert, actions: [...alert.actions, ticket] }, by);
    });
  }

  async get(idOrPrefix: string): Promise<Alert | undefined> {
    await this.#reach();
    const fitting = [...this.alerts.values()].filter((alert) => alert.id.startsWith(idOrPrefix));
    return this.alerts.get(idOrPrefix) ?? (fitting.length === 1 ? fitting[0] : undefined);
  }

  async list(filter: AlertFilter): Promise<AlertPage> {
    await this.#reach();
    const fits = (alert: Alert): boolean =>
      (filter.status === undefined || alert.status === filter.status) &&
      (filter.tier === undefined || alert.tier === filter.tier) &&
      (filter.severity === undefined || alert.severity === filter.severity) &&
      Object.entries(filter.labels ?? {}).every(([label, value]) => alert.labels[label] === value);
    const found = [...this.alerts.values()].filter(fits);
    const more = found.length > filter.limit;
    return { alerts: found.slice(0, filter.limit), ...(more && { next: String(filter.limit) }) };
  }

  async counts() {
    await this.#reach();
    const all = [...this.alerts.values()];
    const firing = all.filter(({ status }) => status === 'firing').length;
    return { firing, resolved: all.length - firing };
  }

  async journal(id: AlertId): Promise<readonly JournalEntry[]> {
    await this.#reach();
    return this.journals.get(id) ?? [];
  }

  async event(): Promise<undefined> {
    await this.#reach();
  }

  async byThread(channel: string, ts: string): Promise<AlertId | undefined> {
    await this.#reach();
    return [...this.alerts.values()].find(
      ({ thread, channel: home }) => thread.state === 'open' && home === channel && thread.ts === ts,
    )?.id;
  }

  async books(): Promise<Books> {
    await this.#reach();
    return { received: 0, threaded: 0, merged: 0, suppressed: 0, rejected: 0, pending: 0, byReason: {} };
  }

  async lanes(): Promise<readonly LaneStatus[]> {
    await this.#reach();
    const waiting = [...this.alerts.values()].filter(({ thread }) => thread.state === 'wanted');
    return [...new Set(waiting.map(({ channel }) => channel))].map((channel) => ({
      channel,
      waiting: waiting.filter((alert) => alert.channel === channel).length,
      dirty: 0,
      oldestMs: 0,
    }));
  }

  async #command(id: AlertId, decide: (alert: Alert) => CommandOutcome): Promise<CommandOutcome> {
    await this.#reach();
    const alert = this.alerts.get(id);
    return alert ? decide(alert) : refuse('not_found', 'There is no such alert. Nothing was changed.');
  }

  #change(verb: string, alert: Alert, by: Person): CommandOutcome {
    const next = { ...alert, version: alert.version + 1 };
    this.alerts.set(alert.id, next);
    this.effects.push(`${verb} ${alert.id} ${by.id}`);
    const entry = { at: this.#now(), who: name(by), what: verb.replace('acknowledge', 'ack') };
    this.journals.set(alert.id, [...(this.journals.get(alert.id) ?? []), entry]);
    return { ok: true, changed: true, alert: next };
  }

  async #reach(): Promise<void> {
    if (this.store === 'away') throw new StoreUnavailable('Redis is away.');
    if (this.store === 'hangs') await new Promise(() => undefined);
  }
}

const name = (person: Person): string => person.name ?? person.id;
const refuse = (code: RefusalCode, message: string): CommandOutcome => ({ ok: false, code, message });
