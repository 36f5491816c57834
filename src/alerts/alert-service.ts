import type { AccessPort, AccessVerdict } from '../access/access.ts';
import { type Sight, type SightPort, seesAll } from '../access/tiers.ts';
import type { AuditPort } from '../audit/chain/ports.ts';
import { StoreUnavailable } from '../core/errors.ts';
import type { Person } from '../core/person.ts';
import { applyAlertCommand, type CommandDecision } from './evolve/apply-command.ts';
import { type GroupSilenceDeps, scopeOf, targetsOf } from './groups/silence-scope.ts';
import { applyToList, type ListServiceDeps } from './lists/list-service.ts';
import { listScope } from './lists/list-silence.ts';
import type { Alert, SilenceTarget } from './model/alert.ts';
import { auditOfAlertCommand } from './model/audited.ts';
import type {
  AlertCommand,
  AlertOutcome,
  AlertRefused,
  AlertService,
  SilenceScope,
} from './model/command.ts';
import type { AlertChange, AlertStore } from './ports/store.ts';

export interface AlertServiceDeps {
  readonly store: AlertStore;
  readonly now: () => number;
  /** Whether there is anything behind these. */
  readonly can: { readonly ticket: boolean; readonly silence: boolean };
  /** For what not every member may do. */
  readonly access: AccessPort;
  /** Of which tiers somebody may do anything at all; absent: of all. */
  readonly sight?: SightPort;
  /** What nobody else writes: what was refused or denied. */
  readonly audit: Pick<AuditPort, 'record'>;
  /** The instance that an alert is about; undefined where it names none. */
  readonly instanceOf: (alert: Alert) => string | undefined;
  /** A person's words without secrets. */
  readonly safe: (text: string) => string;
  /** Whom a silence of a group silences. */
  readonly groups: Omit<GroupSilenceDeps, 'store'>;
}

/**
 * A write may take effect for 1.2 s after it was sent, and a person is told after 2 s that nothing was changed: so it
 * is sent within this of the command, or not at all; ms.
 */
export const writeWithin = 700;

/** A command is checked, decided and written here: answered when it is on record, carried out by the controllers. */
export const createAlertService = (deps: AlertServiceDeps): AlertService => ({
  apply: (id, said, by) => apply(deps, id, said, by, []),
  silenceScope: async (id) => {
    if (!deps.can.silence) return { ok: false, code: 'not_configured', verb: 'silence' };
    const alert = (await deps.store.getMany([id])).get(id);
    if (!alert?.group) return { ok: false, code: 'not_found' };
    return unnamed(deps, await scopeOf({ ...deps.groups, store: deps.store }, alert));
  },
  silenceScopeOf: async (list) => {
    if (!deps.can.silence) return { ok: false, code: 'not_configured', verb: 'silence' };
    return unnamed(deps, await listScope(deps.groups, list, deps.now()));
  },
  applyToAll: async (list, command, by) => {
    if (!deps.can[command.verb]) return { ok: false, code: 'not_configured', verb: command.verb };
    const { store, now, groups } = deps;
    const each: ListServiceDeps['apply'] = (id, said, who, also) => apply(deps, id, said, who, also);
    return applyToList({ store, now, scopes: groups.scopes, apply: each }, list, command, by);
  },
});

/** An Alertmanager names whatever else fires there, whosever it is: where tiers keep people apart, that is counted alone. */
const unnamed = ({ sight }: AlertServiceDeps, scope: SilenceScope): SilenceScope =>
  scope.ok && sight?.applies()
    ? {
        ...scope,
        parts: scope.parts.map((part) =>
          part.others.ok ? { ...part, others: { ...part.others, names: [] } } : part,
        ),
      }
    : scope;

/** `also`: alerts that it is for as well. */
const apply = async (
  deps: AlertServiceDeps,
  id: string,
  said: AlertCommand,
  by: Person,
  also: readonly Alert[],
): Promise<AlertOutcome> => {
  const command = said.verb === 'note' ? { ...said, text: deps.safe(said.text) } : said;
  const asked = deps.now();
  const sight = deps.sight ? await deps.sight.of(by) : seesAll;
  const permit = await permitted(deps, id, command, by, sight, also);
  const outcome = permit.refused ?? (await write(deps, id, command, by, asked, sight, permit));
  if (!outcome.ok && outcome.code !== 'not_found') {
    const alert = permit.alert ?? { id };
    const about = { outcome, verdict: permit.verdict ?? tierVerdict(outcome) };
    await deps.audit.record([auditOfAlertCommand(alert, command, by, about, deps.now())]);
  }
  return outcome;
};

/** What needs something behind it, and a role: looked up now, for the instance that is on the alert's record. */
const permitted = async (
  deps: AlertServiceDeps,
  id: string,
  command: AlertCommand,
  by: Person,
  sight: Sight,
  also: readonly Alert[],
): Promise<Permit> => {
  const { verb } = command;
  if (verb !== 'silence' && verb !== 'ticket') return {};
  if (!deps.can[verb]) return { refused: { ok: false, code: 'not_configured', verb } };
  const alert = (await deps.store.getMany([id])).get(id);
  if (!alert) return { refused: { ok: false, code: 'not_found' } };
  if (![alert, ...also].every(({ tier }) => sight.sees(tier))) return { alert, refused: otherTier(sight) };
  const labels = alert.group && command.verb === 'silence' ? command.labels : undefined;
  const meant = labels && (await targetsOf({ ...deps.groups, store: deps.store }, alert, labels));
  if (meant && !meant.ok) return { alert, refused: meant };
  const verdict = await mayDo(deps, verb, [alert, ...(meant?.members ?? also)], by);
  if (!verdict.allowed) {
    return { alert, verdict, refused: { ok: false, code: 'not_allowed', says: verdict.says } };
  }
  return { alert, verdict, ...(meant && { targets: meant.targets }) };
};

/** For each instance that one of them is about; the verdict is the first that forbids it. */
const mayDo = async (
  { access, instanceOf }: AlertServiceDeps,
  verb: 'silence' | 'ticket',
  [alert, ...members]: readonly [Alert, ...Alert[]],
  by: Person,
): Promise<AccessVerdict> => {
  const own = instanceOf(alert) ?? '';
  const others = new Set(members.map((member) => instanceOf(member) ?? own));
  others.delete(own);
  const verdict = await access.check(by, verb, own);
  for (const instance of others) {
    if (!verdict.allowed) break;
    const also = await access.check(by, verb, instance);
    if (!also.allowed) return also;
  }
  return verdict;
};

interface Permit {
  readonly refused?: AlertRefused;
  readonly alert?: Alert;
  /** Absent where every member may. */
  readonly verdict?: AccessVerdict;
  /** Of a silence of a group. */
  readonly targets?: readonly SilenceTarget[];
}

/** Seen in a channel that several share, or by an id that somebody gave them. */
const otherTier = ({ untold }: Sight): AlertRefused => ({
  ok: false,
  code: 'not_allowed',
  says:
    untold.length > 0
      ? 'Slack did not tell in time which groups you are in, so nobody can tell whether this alert is of a tier of yours. Try again in a minute.'
      : 'This alert is of a tier that you are not in. Its people can do this; tiers.list in farmhand.yml says who they are.',
});

/** No role was asked, and they may not all the same: by their tiers. */
const tierVerdict = (refused: AlertRefused): AccessVerdict | undefined =>
  refused.code === 'not_allowed'
    ? { allowed: false, code: 'other_tier', roles: [], says: refused.says }
    : undefined;

const write = async (
  { store, now }: AlertServiceDeps,
  id: string,
  command: AlertCommand,
  by: Person,
  asked: number,
  sight: Sight,
  { verdict, targets }: Permit,
): Promise<AlertOutcome> => {
  const result = await store.update(id, (alert): AlertChange & { decision: CommandDecision } => {
    if (!sight.sees(alert.tier)) return { decision: otherTier(sight) };
    if (now() - asked > writeWithin) {
      throw new StoreUnavailable('The records answered too late; nothing was changed.');
    }
    const decision = applyAlertCommand(alert, command, by, now(), targets);
    if (!decision.ok || !decision.journal) return { decision };
    const outcome = { ok: true, changed: true, alert } as const;
    const audited = [auditOfAlertCommand(alert, command, by, { outcome, verdict }, now())];
    return { decision, write: { alert: decision.alert, journal: decision.journal, urgent: true, audited } };
  });
  if (!result) return { ok: false, code: 'not_found' };
  const { decision } = result;
  return decision.ok
    ? { ok: true, changed: decision.journal !== undefined, alert: decision.alert }
    : decision;
};
