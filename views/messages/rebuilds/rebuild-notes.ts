import type { RebuildNote, RebuildNoteKind } from '../../../src/rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { inline, paragraph } from '../../escape.ts';
import { postBlockId, rebuildNoteKey } from '../../ids.ts';
import { limits } from '../../limits.ts';
import { ownLink } from '../../links.ts';
import { fitted } from '../../trail.ts';
import { byName, localTime, notified } from '../../words.ts';

const mostLines = 10;
const minute = 60_000;

/**
 * One reply that tells one or several changes of a rebuild, oldest first: short and calm. What repeats is told once
 * with its count. Its first `block_id` is the key that it is looked up by.
 */
export const rebuildNotes = (rebuild: Rebuild, notes: readonly RebuildNote[], ctx: ViewContext): Message => {
  const all = runs(notes.filter((note) => note.left === undefined)).map((run) => told(run, ctx));
  // Besides what is too much for one reply: what could not be said while Slack was away.
  const unsaid = notes.reduce((sum, note) => sum + (note.left ?? 0), 0);
  const left = Math.max(0, all.length - mostLines) + unsaid;
  // The newest matter most: what is left out stands first, and in the history.
  const lines = left > 0 ? [`… ${left} earlier changes: see /dcr history`, ...all.slice(-mostLines)] : all;
  const text = fitted(lines, limits.fallback - 200, 'newest').join('\n') || 'Nothing new.';
  return { text, blocks: spread(lines.length > 0 ? lines : [text], rebuild, notes) };
};

/** As few sections as hold the lines, a section at most 3,000 characters; the first has the key. */
const spread = (
  lines: readonly string[],
  rebuild: Rebuild,
  notes: readonly RebuildNote[],
): Message['blocks'] => {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + line.length + 1 > 2900) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  const id = postBlockId(rebuildNoteKey(rebuild.id, notes.at(-1)?.n ?? 0));
  return texts.map((text, i) => section(text, i === 0 ? { id } : {}));
};

type Run = readonly [RebuildNote, ...RebuildNote[]];

const runs = (notes: readonly RebuildNote[]): Run[] => {
  const out: Run[] = [];
  for (const [i, note] of notes.entries()) {
    // Paused at once: that it was about to be is no news any more.
    if (note.kind === 'pausing' && notes[i + 1]?.kind === 'paused') continue;
    const last = out.at(-1);
    if (last && isSame(last[0], note)) out[out.length - 1] = [...last, note];
    else out.push([note]);
  }
  return out;
};

const isSame = (a: RebuildNote, b: RebuildNote): boolean =>
  a.kind === b.kind && a.text === b.text && a.url === b.url && a.by?.id === b.by?.id;

const marks: Readonly<Record<RebuildNoteKind, string>> = {
  started: '🌱',
  step: '▸',
  waiting: '✋',
  error: '⚠️',
  scaled: '🌾',
  offer: '📈',
  drift: '🔀',
  glass: '🚨',
  pausing: '⏳',
  paused: '⏸️',
  still_paused: '⏰',
  still_waiting: '⏰',
  resumed: '▶️',
  frozen: '❄️',
  still_frozen: '⏰',
  thawed: '🌤️',
  override: '🔧',
  milestone: '📊',
  stalled: '🐢',
  moving: '🚜',
  ticket: '🎫',
  alert: '🔔',
  approved: '🔏',
  cancelling: '🧹',
  ended: '🏁',
};

const told = (run: Run, ctx: ViewContext): string => {
  const note = run.at(-1) ?? run[0];
  // Of a ticket there is nothing to say but what it links to.
  const whole = note.kind === 'ticket' ? ownLink(note.url, note.text) : undefined;
  const text = whole ?? (paragraph(note.text, 900) || inline(note.kind.replaceAll('_', ' '), 40));
  const link =
    note.url === undefined || whole !== undefined ? undefined : ownLink(note.url, linkWord(note.kind));
  // Beside a reply stands its own time: another one is said only where it differs.
  const late = ctx.now - note.at > minute || note.at - ctx.now > minute;
  return [
    `${marks[note.kind]} ${text}`,
    note.by && `– ${byName(note.by)}`,
    note.to && note.to.length > 0 && `– ${note.to.map(notified).join(', ')}`,
    link && `· ${link}`,
    late && `· ${localTime(note.at, 'time')}`,
    run.length > 1 && `(${run.length}×)`,
  ]
    .filter((part) => part !== undefined && part !== false)
    .join(' ');
};

const linkWord = (kind: RebuildNoteKind): string => {
  return kind === 'alert' ? 'Its thread' : kind === 'scaled' ? 'Commit' : 'Link';
};
