import type { AuditFacts, AuditRecord } from '../../src/audit/record.ts';
import { formatDuration } from '../../src/core/duration.ts';

/** One sentence for a record, for somebody who has never seen farmhand. Plain text. `intent`: of an outcome. */
export const recordWords = (record: AuditRecord, intent: AuditRecord = record): string => {
  const { type, outcome, command = {}, before = {}, after = {}, error } = record;
  switch (type) {
    case 'command':
      return `${outcome === 'held' ? 'Asked, and held until another person approves: ' : ''}${commandWords(command)}${outcome === 'already' ? ' (it was so already)' : ''}`;
    case 'approval':
      return outcome === 'already' ? `${commandWords(command)} (it was so already)` : commandWords(command);
    case 'command_refused':
      return `Refused: ${commandWords(command)}. ${error ?? ''}`.trimEnd();
    case 'command_denied':
      return `Denied: ${commandWords(command)}. ${rolesWords(record)}`.trimEnd();
    case 'change_intent':
      return `About to change: ${changeWords(before, after)}`;
    case 'change_outcome':
      return `${outcomeTitle[outcome] ?? outcome}: ${changeWords(intent.before ?? {}, intent.after ?? {})}${idWords(after)}${error === undefined ? '' : ` – ${error}`}`;
    case 'decision':
      return decisionWords(before, after);
    case 'break_glass':
      return after['open'] === false
        ? `The glass that ${text(after['broken_by'])} broke is closed again; orders under it: ${text(after['orders']) || 'none'}`
        : `Asked: ${commandWords(command)}`;
    case 'software_started':
      return `farmhand ${record.software?.version ?? ''} started (${text(after['roles'])}), with the config ${record.software?.config ?? ''}`;
    case 'config_changed':
      return `Another config is in force: ${text(after['in_force'])}${text(after['after_a_restart']) === '' ? '' : `; after a restart: ${text(after['after_a_restart'])}`}`;
    case 'request_denied':
      return `Requests in the name of Slack were refused (${text(record.correlation?.['count'])}, from ${text(record.correlation?.['addresses'])}): ${error ?? ''}`;
    case 'audit_read':
      return `The audit was read: ${text(command['verb'])} ${text(command['what'])}`.trimEnd();
    case 'audit_broken':
      return `The audit is not whole: ${error ?? ''}`;
    case 'audit_lost':
      return `The audit was lost: ${error ?? ''}`;
    case 'audit_cut':
      return `Retention cut off the records up to number ${record.cut?.seq}`;
    default:
      return type satisfies never;
  }
};

const outcomeTitle: Readonly<Partial<Record<AuditRecord['outcome'], string>>> = {
  done: 'Done',
  failed: 'Not done',
  unknown: 'Not known whether it was done',
};

const text = (value: AuditFacts[string]): string =>
  value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value);

/** What was asked for, without what became of it. Plain text. */
export const orderWords = ({ command = {} }: AuditRecord): string => commandWords(command);

const commandWords = (command: AuditFacts): string => {
  const { verb, kind, farmers, step, amount, durationMs, instance, engine, minimum, forced } = command;
  switch (verb) {
    case 'start':
      return engine === undefined
        ? `start a rebuild of ${text(instance)}`
        : `start ${forced === true ? 'a forced rebuild' : 'a rebuild'} on the ${text(engine)} engine with ${text(farmers)} farmers, at least ${text(minimum)}`;
    case 'scale':
      return `scale to ${text(farmers)} farmers`;
    case 'override': {
      const what = text(kind).replaceAll('_', ' ');
      const by =
        (kind === 'extend_deadline' || kind === 'extend_limit') && typeof amount === 'number'
          ? formatDuration(amount)
          : text(amount);
      return ['override:', what, by, step === undefined ? '' : `(step ${text(step)})`]
        .filter(Boolean)
        .join(' ');
    }
    case 'silence':
      return typeof durationMs === 'number'
        ? `silence the alert for ${formatDuration(durationMs)}`
        : 'silence an alert';
    case 'ticket':
      return 'raise a ticket for the alert';
    case 'break_glass':
      return 'break the glass: approvals, freeze windows and limits do not bar this person for a while';
    case 'review':
      return `reviewed what was done under a broken glass: ${text(command['says'])}`;
    case 'revoke':
      return 'take back their own approval';
    case 'approve':
      return `approve what the hash ${text(command['hash']) || 'of that moment'} stands for`;
    case 'withdraw':
      return 'take back what was asked for';
    default:
      return text(verb).replaceAll('_', ' ');
  }
};

const rolesWords = ({ authz }: AuditRecord): string => {
  const roles = authz?.roles ?? [];
  return roles.length === 0
    ? 'No role allows it.'
    : roles.length === 1
      ? `It needs the role ${roles.join()}.`
      : `It needs one of the roles ${roles.join(', ')}.`;
};

/** What a change does, from what to what. */
const changeWords = (before: AuditFacts, after: AuditFacts): string => {
  switch (after['change']) {
    case 'scale':
      return `${text(after['set'])} in ${text(after['cluster'])}/${text(after['namespace'])}: ${text(before['replicas'])} → ${text(after['replicas'])} replicas${after['way'] === 'gitops' ? ', by a commit' : ''}`;
    case 'run':
      return `order the engine to run: ${text(after['run'])}${after['recover'] === true ? ', from the cache file' : ''}`;
    case 'propagate':
      return `give ${text(after['frontend'])} the new caches`;
    case 'stop_run':
      return 'order the engine to stop what it runs';
    case 'silence':
      return `silence the alert${typeof after['duration_ms'] === 'number' ? ` for ${formatDuration(after['duration_ms'])}` : ''}`;
    case 'ticket':
      return 'raise a ticket';
    case 'ticket_news':
      return `tell ticket ${text(after['ticket'])} that its alert ${after['state'] === 'resolved' ? 'resolved' : 'fires again'}${after['move'] === undefined ? '' : `, and move it: ${text(after['move'])}`}`;
    case 'pager':
      return `tell the pager ${text(after['pager'])}: ${text(after['say'])}`;
    case 'api_task':
      return `submit the task ${text(after['task'])}`;
    case 'rebuild':
      return 'propose a rebuild';
    default:
      return text(after['change']);
  }
};

const idWords = ({ id, url, remark }: AuditFacts): string =>
  id === undefined
    ? ''
    : ` (${text(id)}${url === undefined ? '' : `, ${text(url)}`})${remark === undefined ? '' : ` – ${text(remark)}`}`;

const decisionWords = (before: AuditFacts, after: AuditFacts): string => {
  switch (after['decided']) {
    case 'phase': {
      const errors = text(after['errors']);
      return `The rebuild is ${text(after['phase'])} (was ${text(before['phase'])})${errors === '' ? '' : `: ${errors}`}`;
    }
    case 'asks_a_person':
      return `A person is asked: ${text(after['question']).replaceAll('_', ' ')} (step ${text(after['step'])})`;
    case 'asks_for_a_review':
      return `The review of broken glass ${text(after['glass'])} is asked for in ${text(after['ticket'])}`;
    case 'reminds_of_a_review':
      return `People are reminded that nobody has reviewed what was done under the broken glass (${text(after['times'])}×)`;
    case 'changed_by_others':
      return `Somebody else changed the ${text(after['role'])} replicas: ${text(before['replicas'])} → ${text(after['replicas'])}${after['who'] === undefined ? '' : `, by ${text(after['who'])}`}`;
    default:
      return text(after['decided']);
  }
};
