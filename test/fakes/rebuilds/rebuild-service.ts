import { type AccessPort, placeName } from '../../../src/access/access.ts';
import type { RebuildVerb } from '../../../src/access/verbs.ts';
import { sealEntries } from '../../../src/audit/chain/seal.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { commandResult } from '../../../src/rebuild/commands/commanded.ts';
import { newRebuild } from '../../../src/rebuild/commands/create.ts';
import { createFreezeService, type FreezeService } from '../../../src/rebuild/freezing/freeze-service.ts';
import type {
  CommandRefusal,
  CommandResult,
  DoctorFinding,
  DoctorResult,
  GivenUp,
  PlanDraft,
  PlanResult,
  RebuildCommand,
  RebuildService,
  Refused,
  StartRequest,
  StartResult,
} from '../../../src/rebuild/model/command.ts';
import type { LostName } from '../../../src/rebuild/model/lost.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { Plan } from '../../../src/rebuild/model/parts/plan.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildId } from '../../../src/rebuild/model/rebuild-id.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { freezesOf, noFreezes } from '../../../src/rebuild/model/rules/freezes.ts';
import { noControls } from '../../../src/rebuild/model/rules/rules.ts';
import type { RebuildAudit } from '../../../src/rebuild/ports/audit-read.ts';
import type { FreezeStore } from '../../../src/rebuild/ports/freeze-store.ts';
import type { InstancesPort } from '../../../src/rebuild/ports/ports.ts';
import type { RebuildQueries } from '../../../src/rebuild/ports/store.ts';
import { anAuditEntry, beginning } from '../../builders/audit.ts';
import { anInstance, aPlan } from '../../builders/rebuild.ts';
import { memoryAudit } from '../audit.ts';
import { createMemoryFreezes } from './freeze-store.ts';
import { rebuildPageOf } from './rebuild-page.ts';

/**
 * Rebuilds, their instances and their rules, kept in memory: what people may ask, by the real table of states and
 * commands, with no controller behind it. `store` plays an outage or a hang.
 */
export class FakeRebuildService implements RebuildService {
  readonly rebuilds = new Map<RebuildId, Rebuild>();
  readonly journals = new Map<RebuildId, JournalEntry[]>();
  /** In flight when records were lost. */
  readonly lost: LostName[] = [];
  readonly drafts = new Map<string, PlanDraft>();
  readonly known: Map<string, Instance>;
  store: 'up' | 'away' | 'hangs' = 'up';
  /** What somebody may not do: `<person> <verb>`. */
  readonly denied = new Set<string>();
  /** Changes made, in order: `scale system6-20261120-1 U01ANA 12`. */
  readonly effects: string[] = [];
  /** Laid over every plan that is made from now on. */
  world: Partial<Plan> = {};
  findings: readonly DoctorFinding[] = [{ level: 'ok', check: 'values', says: 'The values are valid.' }];
  readonly #now: () => number;
  readonly #frozen: FreezeStore;
  readonly freezes: FreezeService;

  constructor(now: () => number, ...rebuilds: readonly Rebuild[]) {
    this.#now = now;
    this.#frozen = createMemoryFreezes(now);
    this.freezes = createFreezeService({
      freezes: this.#frozen,
      channel: () => 'C0DCR',
      store: {
        update: async (id, change) => {
          const rebuild = this.rebuilds.get(id);
          const changed = rebuild && change(rebuild);
          if (changed?.write) this.rebuilds.set(id, changed.write.rebuild);
          return changed;
        },
      },
      queries: {
        list: (filter) => this.queries.list(filter),
        inFlight: async () => new Map(),
      },
      instances: this.instances,
      access: this.access,
      audit: memoryAudit(),
      now,
    });
    const names = ['lab1', 'system6', 'system7'];
    this.known = new Map(names.map((name) => [name, anInstance({ name })]));
    for (const rebuild of rebuilds) {
      this.rebuilds.set(rebuild.id, rebuild);
      this.known.set(rebuild.plan.instance.name, rebuild.plan.instance);
    }
  }

  async plan(request: StartRequest, by: Person): Promise<PlanResult> {
    await this.#reach();
    const denied = await this.#deny(by, 'start', request.instance);
    if (denied) return denied;
    const instance = this.known.get(request.instance);
    if (!instance) return refuse('not_found', `There is no instance ${request.instance}.`);
    const busy = this.#flight(request.instance);
    if (busy)
      return { ...refuse('busy', `${instance.name} has a rebuild in flight: ${busy.id}.`), rebuild: busy };
    return { ok: true, draft: this.#draft(request, instance, by) };
  }

  async start(draftId: string, by: Person): Promise<StartResult> {
    await this.#reach();
    const draft = this.drafts.get(draftId);
    if (!draft) return refuse('not_found', 'This plan is no longer known, so nothing was started.');
    const { instance } = draft.plan;
    const denied = await this.#deny(by, 'start', instance.name);
    if (denied) return denied;
    const running = this.#flight(instance.name);
    if (running?.draft === draftId) return { ok: true, rebuild: running, already: true };
    if (running) return refuse('busy', `${instance.name} has a rebuild in flight by now: ${running.id}.`);
    const fresh = this.#draft(draft.request, instance, by);
    if (fresh.plan.hash !== draft.plan.hash) {
      const says = ['The world has changed since this plan was made, so nothing was started.'];
      return { ok: false, code: 'stale_plan', says, draft: fresh };
    }
    const id = `${instance.name}-20261120-${this.rebuilds.size + 1}`;
    const { rebuild } = newRebuild(id, draft, by, { channel: 'C0DCR', ticket: false }, this.#now());
    this.#put(rebuild, by, 'start', String(rebuild.farmers.target));
    return { ok: true, rebuild, already: false };
  }

  async apply(id: RebuildId, command: RebuildCommand, by: Person): Promise<CommandResult> {
    await this.#reach();
    const rebuild = this.rebuilds.get(id);
    if (!rebuild) return refuse('not_found', `There is no rebuild ${id} on record. Nothing was changed.`);
    const { verb } = command;
    const needsNoRole = verb === 'withdraw' || verb === 'revoke';
    const denied =
      !needsNoRole &&
      (await this.#deny(by, verb === 'review' ? 'approve' : verb, rebuild.plan.instance.name));
    if (denied) return { ...denied, rebuild };
    const { write, result } = applyRebuildCommand(rebuild, command, by, this.#now(), {
      remind: 14_400_000,
      controls: ({ name }) => ({
        ...noControls('commercial'),
        freezes: freezesOf(this.#frozen.known() ?? noFreezes, name),
      }),
    });
    if (write && result.ok) this.#put(write.rebuild, by, command.verb, detail(command));
    return commandResult(result);
  }

  async giveUp(target: string, by: Person, why: string): Promise<GivenUp> {
    await this.#reach();
    const denied = await this.#deny(by, 'cancel', target);
    if (denied) return denied;
    const lost = this.lost.find(({ id, instance }) => id === target || instance === target);
    if (!lost) return refuse('not_found', `No rebuild of ${target} is lost. Nothing was changed.`);
    this.lost.splice(this.lost.indexOf(lost), 1);
    this.effects.push(`give_up ${lost.id} ${by.id} ${why}`.trim());
    return { ok: true, says: [`${lost.id} is over, as you say. Nothing was changed in the cluster.`] };
  }

  async doctor(instance: string, by: Person): Promise<DoctorResult> {
    await this.#reach();
    const denied = await this.#deny(by, 'doctor', instance);
    if (denied) return denied;
    if (!this.known.has(instance)) return refuse('not_found', `There is no instance ${instance}.`);
    return { ok: true, instance, findings: this.findings };
  }

  readonly audit: RebuildAudit = {
    denied: async (instance, by) => {
      await this.#reach();
      return this.#deny(by, 'audit', instance);
    },
    read: async (rebuild, by, to) => {
      const denied = await this.audit.denied(rebuild.plan.instance.name, by);
      if (denied) return denied;
      const [sealed] = sealEntries(beginning, [
        anAuditEntry({ object: { kind: 'rebuild', id: rebuild.id } }),
      ]);
      if (!sealed) throw new TypeError('one entry is one record');
      const { record } = sealed;
      return {
        ok: true,
        rebuild,
        records: [record],
        head: { seq: record.seq, hash: record.hash },
        verified: { whole: true, says: 'Whole: 1 record.' },
        pack: { name: `${rebuild.id}-evidence.zip`, hash: 'f00d', to },
      };
    },
  };

  readonly queries: RebuildQueries = {
    get: async (id) => {
      await this.#reach();
      return this.rebuilds.get(id);
    },
    list: async ({ state, instance, limit }) => {
      await this.#reach();
      const fits = (rebuild: Rebuild): boolean =>
        (instance === undefined || rebuild.plan.instance.name === instance) &&
        (state !== 'flight' || !hasEnded(rebuild)) &&
        (state !== 'ended' || hasEnded(rebuild)) &&
        (state !== 'failed' || rebuild.phase === 'failed');
      const order = (rebuild: Rebuild): number => (hasEnded(rebuild) ? 1 : 0);
      return [...this.rebuilds.values()]
        .filter(fits)
        .toSorted((a, b) => order(a) - order(b) || b.at - a.at)
        .slice(0, limit);
    },
    page: async (filter) => {
      await this.#reach();
      return rebuildPageOf(this.rebuilds.values(), filter);
    },
    ofInstance: async (instance) => {
      await this.#reach();
      return this.#flight(instance);
    },
    journal: async (id) => {
      await this.#reach();
      return this.journals.get(id) ?? [];
    },
    byThread: async (channel, ts) => {
      await this.#reach();
      return [...this.rebuilds.values()].find(({ card }) => card.channel === channel && card.ts === ts)?.id;
    },
  };

  readonly instances: InstancesPort = {
    names: async () => ({ ok: true, value: [...this.known.keys()].toSorted() }),
    get: async (name) => {
      const instance = this.known.get(name);
      const near = [...this.known.keys()].filter((other) => other.slice(0, 3) === name.slice(0, 3));
      return instance ? { ok: true, instance } : { ok: false, kind: 'unknown', near };
    },
    lastFarmers: async () => ({ ok: true, value: undefined }),
  };

  /** Allows all but what is `denied`; another one may be put here. */
  access: AccessPort = {
    check: async (by, verb, place = '') =>
      this.denied.has(`${by.id} ${verb}`)
        ? {
            allowed: false,
            code: 'role_needed',
            roles: ['sre'],
            says: `You may not ${verb} ${placeName(place)}. The role sre would allow it.`,
          }
        : { allowed: true, role: 'sre', through: by.id },
  };

  async #deny(by: Person, verb: RebuildVerb, instance: string): Promise<Refused | undefined> {
    const verdict = await this.access.check(by, verb, instance);
    return verdict.allowed ? undefined : refuse('not_allowed', verdict.says, 'Nothing was changed.');
  }

  #draft(request: StartRequest, instance: Instance, by: Person): PlanDraft {
    const at = this.#now();
    const farmers = request.farmers ?? 24;
    const plan: Plan = { ...aPlan({ instance, farmers, forced: request.forced }), ...this.world };
    const id = `draft-${this.drafts.size + 1}`;
    const draft: PlanDraft = { id, plan, request, by, at, validUntil: at + 900_000 };
    this.drafts.set(id, draft);
    return draft;
  }

  #flight(instance: string): Rebuild | undefined {
    return [...this.rebuilds.values()].find(
      (each) => each.plan.instance.name === instance && !hasEnded(each),
    );
  }

  #put(rebuild: Rebuild, by: Person, verb: string, more: string): void {
    this.rebuilds.set(rebuild.id, { ...rebuild, version: rebuild.version + 1 });
    this.effects.push([verb, rebuild.id, by.id, more].join(' ').trim());
    const entry = { at: this.#now(), who: by.name ?? by.id, what: verb, ...(more !== '' && { why: more }) };
    this.journals.set(rebuild.id, [...(this.journals.get(rebuild.id) ?? []), entry]);
  }

  async #reach(): Promise<void> {
    if (this.store === 'away') throw new StoreUnavailable('Redis is away.');
    if (this.store === 'hangs') await new Promise(() => undefined);
  }
}

const detail = (command: RebuildCommand): string => {
  switch (command.verb) {
    case 'scale':
      return String(command.farmers);
    case 'override':
      return [command.kind, command.step, command.amount, command.reason]
        .filter((x) => x !== undefined)
        .join(' ');
    case 'approve':
      return '';
    case 'review':
      return command.says;
    default:
      return command.reason ?? '';
  }
};

const refuse = (code: CommandRefusal, ...says: readonly string[]): Refused => ({ ok: false, code, says });
