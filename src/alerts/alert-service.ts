import type { AccessPort } from '../access/access.ts';
import type { AlertVerb } from '../access/verbs.ts';
import { StoreUnavailable } from '../core/errors.ts';
import type { Person } from '../core/person.ts';
import { utcClock } from '../core/utc.ts';
import { type AlertCommand, applyAlertCommand, type CommandDecision } from './evolve/apply-command.ts';
import type { Alert } from './model/alert.ts';
import type { AlertCommands, CommandOutcome } from './ports/commands.ts';
import type { AlertChange, AlertStore } from './ports/store.ts';

export interface AlertServiceDeps {
  readonly store: AlertStore;
  readonly now: () => number;
  /** Whether there is anything behind these; refused with a sentence when not. */
  readonly can: { readonly ticket: boolean; readonly silence: boolean };
  /** For what not every member may do. */
  readonly access: AccessPort;
  /** The instance that an alert is about; undefined where it names none. */
  readonly instanceOf: (alert: Alert) => string | undefined;
}

/**
 * A write may take effect for 1.2 s after it was sent, and a person is told after 2 s that nothing was changed: so it
 * is sent within this of the command, or not at all; ms.
 */
export const writeWithin = 700;

/** Commands as intents on the record: answered when stored, carried out by the controllers. */
export const createAlertService = (deps: AlertServiceDeps): AlertCommands => {
  const intend = async (
    id: string,
    by: Person,
    command: AlertCommand,
    asked = deps.now(),
  ): Promise<CommandOutcome> => {
    const result = await deps.store.update(
      id,
      (alert): AlertChange & { decision: CommandDecision; seen: Alert } => {
        if (deps.now() - asked > writeWithin) {
          throw new StoreUnavailable('The records answered too late; nothing was changed.');
        }
        const decision = applyAlertCommand(alert, command, by, deps.now(), utcClock);
        return decision.ok && decision.journal
          ? {
              decision,
              seen: alert,
              write: { alert: decision.alert, journal: decision.journal, urgent: true },
            }
          : { decision, seen: alert };
      },
    );
    if (!result) return notFound;
    const { decision, seen } = result;
    return decision.ok
      ? { ok: true, changed: decision.journal !== undefined, alert: decision.alert }
      : { ...decision, alert: seen };
  };

  /** The same, where a role allows it: looked up now, for the instance that is on the alert's record. */
  const intendIfAllowed = async (
    id: string,
    by: Person,
    verb: AlertVerb,
    command: AlertCommand,
  ): Promise<CommandOutcome> => {
    const asked = deps.now();
    const alert = (await deps.store.getMany([id])).get(id);
    if (!alert) return notFound;
    const verdict = await deps.access.check(by, verb, deps.instanceOf(alert) ?? '');
    if (verdict.allowed) return intend(id, by, command, asked);
    return { ok: false, code: 'not_allowed', message: `${verdict.says} Nothing was changed.`, alert };
  };

  return {
    acknowledge: (id, by) => intend(id, by, { kind: 'acknowledge' }),
    unacknowledge: (id, by) => intend(id, by, { kind: 'unacknowledge' }),
    silence: async (id, by, ask) => {
      if (!deps.can.silence) return notConfigured('silence', 'alertmanagers');
      return intendIfAllowed(id, by, 'silence', { kind: 'silence', ...ask });
    },
    raiseTicket: async (id, by) => {
      if (!deps.can.ticket) return notConfigured('ticket', 'jira');
      return intendIfAllowed(id, by, 'ticket', { kind: 'ticket' });
    },
  };
};

const notFound: CommandOutcome = {
  ok: false,
  code: 'not_found',
  message: 'This alert is no longer on record, so nothing was changed. `/alerts` lists what is open.',
};

const notConfigured = (what: string, key: string): CommandOutcome => ({
  ok: false,
  code: 'not_configured',
  message: `farmhand can't do a ${what} here: \`${key}\` is not set in farmhand.yml. Nothing was changed.`,
});
