import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertCommand, AlertOutcome, AlertRefusal } from '../../../src/alerts/model/command.ts';
import { span } from '../../../src/core/duration.ts';
import { counted, longestNote } from '../../../src/core/text.ts';
import { type Message, plainMessage } from '../../blocks.ts';
import { inline, paragraph } from '../../escape.ts';
import { localTime, who, withMentions } from '../../words.ts';

/** Only for the one who asked: what became of it. A refusal says who was first, or what to do next. */
export const alertCommandAnswer = (command: AlertCommand, outcome: AlertOutcome): Message => {
  if (!outcome.ok) return refusedAlertAnswer(outcome);
  return plainMessage(done(command, outcome.changed, outcome.alert));
};

const done = (command: AlertCommand, changed: boolean, alert: Alert): string => {
  const own = `*${inline(alert.name, 150) || 'this alert'}*`;
  const name = alert.group ? `${own} (${counted(alert.group.firing, 'alert')})` : own;
  switch (command.verb) {
    case 'acknowledge':
      return changed ? `👀 You have ${name} now.` : `👀 You already have ${name}.`;
    case 'assign':
      return changed
        ? `👉 ${who(command.to)} has ${name} now, and is told in the thread.`
        : `👉 ${who(command.to)} already has ${name}.`;
    case 'note':
      return changed ? `📌 Your note stands on ${name} now.` : `📌 Your note stands on ${name} already.`;
    case 'clear_note':
      return `📌 The note on ${name} is taken away.`;
    case 'unacknowledge':
      return `👐 You gave ${name} back: nobody has it now.`;
    case 'take_out':
      return `🧵 ${name} gets a thread of its own. It stays in its group.`;
    case 'ticket':
      return `🎫 A ticket for ${name} is being raised. Its key appears in the thread.`;
    case 'silence':
      return `🔕 Alertmanager is being asked to silence ${name} for ${span(command.durationMs)}. The thread says how it goes.`;
    default:
      return command satisfies never;
  }
};

/** Why nothing was changed. */
export const refusedAlertAnswer = (refusal: AlertRefusal): Message =>
  plainMessage(`🚫 ${alertRefusalWords(refusal)}`);

/** Whole sentences, as mrkdwn: a person to write to, times in the reader's own. */
const alertRefusalWords = (refusal: AlertRefusal): string => {
  switch (refusal.code) {
    case 'not_found':
      return 'This alert is no longer on record, so nothing was changed. `/alerts` lists what is open.';
    case 'acknowledged':
      return `${who(refusal.by)} acknowledged this first, at ${localTime(refusal.at, 'time')}. Nothing was changed.`;
    case 'not_acknowledged':
      return 'Nobody has this alert: it is not acknowledged. Nothing was changed.';
    case 'resolved':
      return 'This alert is already resolved, so there is nothing to acknowledge.';
    case 'note_length':
      return `A note has 1 to ${longestNote} characters. Nothing was changed.`;
    case 'no_note':
      return 'There is no note here. Nothing was changed.';
    case 'fired_since':
      return 'This alert fired after the list was shown. Nothing was changed.';
    case 'own_thread':
      return 'This alert has a thread of its own already, or gets one. Nothing was changed.';
    case 'not_grouped':
      return 'This alert is in no group. Nothing was changed.';
    case 'silence_group':
      return 'A group is silenced with *Silence all…* under its first message: that shows first what else would be silenced. Nothing was changed.';
    case 'silence_over':
      return 'Nothing of this fires any more that is not silenced, so there is nothing to silence.';
    case 'silence_nowhere':
      return 'No Alertmanager that sent what fires here is configured: add it under `alertmanagers` in farmhand.yml, with its cluster. Nothing was changed.';
    case 'silence_no_labels':
      return 'What fires in this group shares no label that says which group it is, as Alertmanager sent it, so a silence would reach far more. Give one a thread of its own and silence it there, or write the silence in Alertmanager. Nothing was changed.';
    case 'silence_list_labels':
      return 'No few labels say exactly these alerts, as Alertmanager sent them: a silence would reach others. List fewer of them, such as those of one service or one name (`/alerts service=…`, `/alerts alertname=…`), and silence these; or silence each in its thread. Nothing was changed.';
    case 'list_over':
      return 'Nothing of this list is left for that: list it again to see how it is now. Nothing was changed.';
    case 'silence_changed':
      return 'What this would silence has changed since it was opened: open *Silence all…* again to see what it would be now. Nothing was changed.';
    case 'silenced':
      return `${who(refusal.by)} has silenced this until ${localTime(refusal.until)}. Nothing was changed.`;
    case 'silence_pending':
      return 'A silence for this alert is already being set. Nothing more was changed.';
    case 'silence_length':
      return 'A silence lasts from 1 minute to 30 days. Nothing was changed.';
    case 'silence_reason':
      return 'A silence needs a reason. Nothing was changed.';
    case 'not_alertmanager':
      return 'Only alerts that came from an Alertmanager can be silenced there.';
    case 'ticket_there': {
      const from = refusal.by ? `${inline(refusal.by.name ?? refusal.by.id, 80)} raised` : 'The route raised';
      return `${from} ${inline(refusal.id ?? 'the ticket', 60)} for this alert. No second one was made.`;
    }
    case 'ticket_pending':
      return 'The ticket is already being raised; its key appears in this thread.';
    case 'not_configured':
      return `farmhand can’t do a ${refusal.verb} here: \`${configKey[refusal.verb]}\` is not set in farmhand.yml. Nothing was changed.`;
    case 'not_allowed':
      return withMentions(paragraph(`${refusal.says} Nothing was changed.`, 1000));
    default:
      return refusal satisfies never;
  }
};

const configKey = { silence: 'alertmanagers', ticket: 'jira' } as const;
