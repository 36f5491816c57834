import { applyAlertCommand } from '../../src/alerts/evolve/apply-command.ts';
import { type GroupSilenceDeps, scopeOf, targetsOf } from '../../src/alerts/groups/silence-scope.ts';
import { applyToList, type ListServiceDeps } from '../../src/alerts/lists/list-service.ts';
import { listScope } from '../../src/alerts/lists/list-silence.ts';
import type { Alert, AlertId } from '../../src/alerts/model/alert.ts';
import type {
  AlertCommand,
  AlertList,
  AlertOutcome,
  AlertService,
  ListCommand,
  ListOutcome,
  SilenceScope,
} from '../../src/alerts/model/command.ts';
import { rowOf } from '../../src/alerts/model/membership.ts';
import type { SilenceScopes } from '../../src/alerts/ports/ports.ts';
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
import { oneAlertmanager } from './silence-scopes.ts';

/** What people ask of alerts, decided by the real decider and kept in memory. `store` plays an outage or a hang. */
export class FakeAlertService implements AlertService, AlertQueries {
  readonly alerts = new Map<AlertId, Alert>();
  readonly journals = new Map<AlertId, JournalEntry[]>();
  store: 'up' | 'away' | 'hangs' = 'up';
  /** Changes made, in order: `acknowledge <alert> <person>`. */
  readonly effects: string[] = [];
  /** The Alertmanager that everything came from. */
  scopes: SilenceScopes = oneAlertmanager;
  readonly #now: () => number;

  constructor(now: () => number, ...alerts: readonly Alert[]) {
    this.#now = now;
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  /** Who is in a group says `memberOf`. */
  async silenceScope(id: AlertId): Promise<SilenceScope> {
    await this.#reach();
    const group = this.alerts.get(id);
    return group?.group ? scopeOf(this.#groups(), group) : { ok: false, code: 'not_found' };
  }

  async silenceScopeOf(list: AlertList): Promise<SilenceScope> {
    await this.#reach();
    return listScope(this.#groups(), list, this.#now());
  }

  async applyToAll(list: AlertList, command: ListCommand, by: Person): Promise<ListOutcome> {
    await this.#reach();
    const { store, scopes } = this.#groups();
    const apply: ListServiceDeps['apply'] = (id, one, who) => this.apply(id, one, who);
    return applyToList({ store, scopes, now: this.#now, apply }, list, command, by);
  }

  async apply(id: AlertId, command: AlertCommand, by: Person): Promise<AlertOutcome> {
    await this.#reach();
    const alert = this.alerts.get(id);
    if (!alert) return { ok: false, code: 'not_found' };
    const labels = command.verb === 'silence' ? command.labels : undefined;
    const meant = labels && (await targetsOf(this.#groups(), alert, labels));
    if (meant && !meant.ok) return meant;
    const decision = applyAlertCommand(alert, command, by, this.#now(), meant?.targets);
    if (!decision.ok) return decision;
    if (!decision.journal) return { ok: true, changed: false, alert };
    const next = { ...decision.alert, version: alert.version + 1 };
    this.alerts.set(id, next);
    this.effects.push(`${command.verb} ${id} ${by.id}`);
    this.journals.set(id, [...(this.journals.get(id) ?? []), ...decision.journal]);
    return { ok: true, changed: true, alert: next };
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
      (filter.fits === undefined || filter.fits(alert)) &&
      Object.entries(filter.labels ?? {}).every(([label, value]) => alert.labels[label] === value);
    const found = [...this.alerts.values()].filter((alert) => !alert.group && fits(alert));
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

  async groups(fingerprints: readonly string[]): Promise<ReadonlyMap<string, Alert>> {
    await this.#reach();
    const all = [...this.alerts.values()].filter(({ group }) => group);
    return new Map(
      all
        .filter(({ fingerprint }) => fingerprints.includes(fingerprint))
        .map((one) => [one.fingerprint, one]),
    );
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

  #groups(): GroupSilenceDeps {
    const members = async (group: string) => ({
      rows: [...this.alerts.values()].flatMap((alert) =>
        alert.memberOf?.group === group ? (rowOf(alert) ?? []) : [],
      ),
      seq: '1',
    });
    return {
      store: { getMany: async (ids) => new Map([...this.alerts].filter(([id]) => ids.includes(id))) },
      groups: { members },
      scopes: this.scopes,
    };
  }

  async #reach(): Promise<void> {
    if (this.store === 'away') throw new StoreUnavailable('Redis is away.');
    if (this.store === 'hangs') await new Promise(() => undefined);
  }
}
