import type { Note, NoteKind } from '../../../src/alerts/model/alert.ts';
import type { RootFacts } from '../../../src/alerts/thread/root-facts.ts';
import { span } from '../../../src/core/duration.ts';
import { capital } from '../../../src/core/text.ts';
import { actions, type Block, button, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { inline } from '../../escape.ts';
import { actionIds, DraftIdValue, noteKey, postBlockId, startValue } from '../../ids.ts';
import { dataLink, ownLink } from '../../links.ts';
import { byName, localTime, notified } from '../../words.ts';

const mostLines = 10;
const minute = 60_000;

/**
 * One reply that tells one or several changes, oldest first: who, what, when. What repeats is told once with its
 * count. Its first `block_id` is the key (`noteKey`) that it is looked up by.
 */
export const alertNotes = (facts: RootFacts, notes: readonly Note[], ctx: ViewContext): Message => {
  const all = runs(notes).map((run) => sentence(run, facts, ctx));
  const left = all.length - mostLines;
  // The newest matter most: what is left out stands first, and in the journal.
  const lines = left > 0 ? [`… ${left} earlier changes: see Details…`, ...all.slice(-mostLines)] : all;
  const text = lines.join('\n') || 'Nothing new.';
  return {
    text,
    blocks: [section(text, { id: postBlockId(noteKey(facts.id, notes)) }), ...proposal(facts, notes)],
  };
};

/** Buttons of the newest proposal: the plan itself, or the form for another one. */
const proposal = (facts: RootFacts, notes: readonly Note[]): Block[] => {
  const draft = DraftIdValue.safeParse(notes.findLast(({ kind }) => kind === 'rebuild_proposed')?.draft).data;
  if (draft === undefined) return [];
  return [
    actions(`${actionIds.rebuildConfirm}:${draft}`, [
      button('Start it', actionIds.rebuildConfirm, { value: draft }, 'primary'),
      button('Start rebuild…', actionIds.rebuildStart, { value: startValue({ alert: facts.id }) }),
    ]),
  ];
};

type Run = readonly [Note, ...Note[]];

const flaps = (kind: NoteKind): boolean => kind === 'refired' || kind === 'resolved';

/** Neighbours that are one thing to a reader: a stretch of flapping, or the same said again by the same person. */
const runs = (notes: readonly Note[]): Run[] => {
  const out: Run[] = [];
  for (const note of notes) {
    const last = out.at(-1);
    if (last && belongs(last, note)) out[out.length - 1] = [...last, note];
    else out.push([note]);
  }
  return out;
};

const belongs = (run: Run, note: Note): boolean => {
  const [first] = run;
  if (flaps(first.kind) && flaps(note.kind)) return true;
  return (
    first.kind === note.kind &&
    // Whoever is to hear of it is mentioned.
    note.to === undefined &&
    first.text === note.text &&
    first.url === note.url &&
    first.by?.id === note.by?.id
  );
};

const sentence = (run: Run, facts: RootFacts, ctx: ViewContext): string => {
  const last = run.at(-1) ?? run[0];
  if (run.length > 1 && flaps(last.kind)) return flapping(run, last);
  const times = run.length > 1 ? ` (${run.length}×)` : '';
  // Beside a reply stands its own time: another one is said only where it differs.
  const when =
    ctx.now - last.at > minute || last.at - ctx.now > minute ? ` · ${localTime(last.at, 'time')}` : '';
  return `${told(last, facts, ctx)}${when}${times}`;
};

const flapping = (run: Run, last: Note): string => {
  const fired = sum(run.map((note) => note.times ?? (note.kind === 'refired' ? 1 : 0)));
  const resolved = run.filter((note) => note.kind === 'resolved').length;
  const what = [fired > 0 && `fired again ${fired}×`, resolved > 0 && `resolved ${resolved}×`]
    .filter((part) => part !== false)
    .join(' and ');
  const now = last.kind === 'resolved' ? '✅ Resolved now' : '🔁 Firing now';
  return `${now}: ${what} · ${localTime(run[0].at, 'time')} to ${localTime(last.at, 'time')}`;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Notes that were folded into one say how often it fired. */
const often = ({ times }: Note, lead: string): string =>
  times === undefined || times < 2 ? '' : `${lead} ${times.toLocaleString('en')}×`;

const told = (note: Note, facts: RootFacts, ctx: ViewContext): string => {
  const by = note.by ? byName(note.by) : undefined;
  const text = inline(note.text ?? '', 200);
  const detail = text === '' ? '' : `: ${text}`;
  const more = note.more === undefined ? '' : `. ${capital(inline(note.more, 400)).replace(/\.$/, '')}`;
  switch (note.kind) {
    case 'acknowledged':
      return `👀 ${by ?? 'Somebody'} has it${detail}`;
    case 'assigned':
      return assigned(note, by ?? 'somebody', text);
    case 'unacknowledged':
      return `👐 ${by ?? 'Somebody'} gave it back: nobody has it now`;
    case 'resolved':
      return `✅ Resolved${often(note, ' after firing again')}${detail}`;
    case 'refired':
      return `🔁 Fired again${often(note, '')}${detail}`;
    case 'severity':
      return `📈 Severity changed${detail}`;
    case 'silenced':
      return `🔕 Silenced${facts.silence ? ` until ${localTime(facts.silence.until)}` : ''}${by ? ` by ${by}` : ''}${detail}${more}`;
    case 'silence_misses':
      return `⚠️ ${ownLink(note.url, 'A silence was made') ?? 'A silence was made'}${by ? `, asked for by ${by}` : ''}, and it does not silence this alert${more}`;
    case 'ticket':
      return `🎫 Ticket ${ownLink(note.url, note.text ?? 'raised') ?? (text || 'raised')}${by ? `, asked for by ${by}` : ''}${more}`;
    case 'ticket_stays':
      return `⚠️ Ticket ${ownLink(note.url, note.text ?? '') ?? text} was told, and was not moved${more}`;
    case 'api_task':
      return `⚙️ ${dataLink(note.url, note.text ?? 'Task done', ctx) ?? (text || 'Task done')}`;
    case 'rebuild':
      return `🚜 ${capital(text)}`;
    case 'rebuild_proposed':
      return `🚜 The route proposes ${text === '' ? 'a rebuild' : text}. Nothing is touched before somebody starts it.`;
    case 'root_stays':
      return `⚠️ Slack does not let farmhand change the first message of this thread any more (${text || 'no reason given'}). It may show an older state: what changes is told here, and \`status\` shows how it is now.`;
    case 'nobody_reacts':
      return calls(note);
    case 'paged':
      return `📟 Paged${detail}`;
    case 'still_open':
      return reminds(note);
    case 'action_failed':
      return `⚠️ Given up${detail}`;
    default:
      return note.kind satisfies never;
  }
};

/** Without whom it is to notify: they had it no more when it was on its way. */
const assigned = ({ to, more }: Note, by: string, name: string): string => {
  const all = more === undefined ? '' : ` (${inline(more, 100)})`;
  return to === undefined
    ? `👉 ${by} gave it to *${name || 'somebody'}*${all}`
    : `👉 ${to.map(notified).join(' ')} has it now: ${by} gave it to them${all}`;
};

/** Whoever is meant is notified by it. Without anybody: somebody reacted while it was on its way. */
const calls = ({ to = [], since, at }: Note): string => {
  const long = lasting(since, at);
  const whom = to.map(notified).join(' ');
  if (whom === '') return `🔔 Nobody had acknowledged this${long}`;
  return long === '' ? `🔔 ${whom} please look at this` : `🔔 ${whom} nobody has acknowledged this${long}`;
};

const reminds = ({ to = [], since, at }: Note): string => {
  const whom = to.map(notified).join(' ');
  const long = lasting(since, at);
  return whom === ''
    ? '⏰ It still fired long after it was acknowledged'
    : `⏰ ${whom} you have had this${long}, and it still fires`;
};

const lasting = (since: number | undefined, at: number): string => {
  const ms = since === undefined ? 0 : at - since;
  return ms < minute ? '' : ` for ${span(Math.floor(ms / minute) * minute)}`;
};
