import { nearest } from '../../src/core/nearest.ts';
import { parseWallTime } from '../../src/core/time/wall-words.ts';
import { isZone, momentAt, wallTime } from '../../src/core/time/zoned.ts';
import { leadingDuration } from './duration.ts';

/** When a freeze ends, as it was said: after so long, or when the clocks of a zone show a time. */
export type SaidEnd =
  | { readonly kind: 'for'; readonly ms: number }
  | { readonly kind: 'until'; readonly clock: string; readonly zone?: string };

/** `place`: an instance, or `all`. */
export interface SaidFreeze {
  readonly place: string;
  readonly reason: string;
  readonly end?: SaidEnd;
}

export type FreezeWords =
  | { readonly ok: true; readonly reason: string; readonly end?: SaidEnd }
  | { readonly ok: false; readonly problem: string };

const clockWords = String.raw`(?:\d{4}-\d\d-\d\d[ T]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+)?\d{1,2}:\d\d`;
/** With what is no zone of the tz database and yet says how a clock is meant: it must not become part of the reason. */
const zoneWords = String.raw`(?:\s+(?:in\s+)?((?:UTC|GMT)[+-]\d[\d:]*|UTC|GMT|[AP]\.?M\b\.?|C[EDS]S?T|[EMP][DS]T|[BIJ]ST|[A-Za-z_]+\/[A-Za-z0-9_+/-]+))?`;
const howLong = String.raw`(?:\d+(?:\.\d+)?\s*(?:minutes?|mins?|hours?|hrs?|hr|days?|weeks?|[mhdw])\b[,\s]*)+`;
const ends = String.raw`(?:for\s+(?<long>${howLong})|(?:until|till)\s+(?<clock>${clockWords})${zoneWords})`;
const before = new RegExp(
  String.raw`^${ends}(?=$|[\s,:;.\u2013\u2014-])[\s,:;\u2013\u2014-]*(?:because\b[\s:,]*)?`,
  'i',
);
const after = new RegExp(String.raw`(?:^|[\s,;(\u2013\u2014-]+)${ends}\s*\)?\.?$`, 'i');

const dayWords =
  '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|tomorrow|tonight|noon|midnight';
const about = String.raw`(?:for|until|till)\s+(?:[-+]?\d\S*|(?:${dayWords})\b)`;
const span = '(?:min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?)';

/** What says an end as no end of a freeze is written: better asked than frozen without one. */
const nearly = [
  `^${about}(?:\\s+\\S+)?`,
  String.raw`(?<=^|\s)${about}(?:\s+\S+){0,3}$`,
  // A reason may speak of how long something took; until when is the end of the freeze, wherever it stands.
  String.raw`(?<=^|\s)(?:until|till)\s+\d\S*(?:\s+\S+)?`,
  String.raw`(?<=^|\s)for\s+(?:\S+\s+){1,2}${span}[.!]?$`,
  String.raw`^\d+(?:\.\d+)?\s*(?:[mhdw]|${span})(?=$|[\s,:;])`,
].map((words) => new RegExp(words, 'i'));

const strangeEnd = (said: string): string | undefined => {
  const times = withoutCounts(said);
  return nearly.map((words) => words.exec(times)?.[0].trim()).find((words) => words !== undefined);
};

/** Times, also as they are often mistyped: what a length of a freeze is counted in, or might be meant to be. */
const units = ['seconds', 'minutes', 'mins', 'hours', 'hrs', 'days', 'weeks', 'months', 'years', 'noon'];
const counted = /\bfor\s+\d+\s+(?:(?:more|of|the|new|old)\s+)*(?=([a-z]{3,}))/gi;

/** `for 3 nodes` is no length of time: things are counted, and the words stay a reason. */
const withoutCounts = (said: string): string =>
  said.replace(counted, (all, noun: string) =>
    nearest(noun, units) === undefined && nearest(`${noun}s`, units) === undefined ? 'of some ' : all,
  );

const forms =
  'Write “for 4h”, “until 06:00”, “until fri 18:00” or “until 2026-11-30 06:00”, with a time zone behind it where you mean another one: “until 06:00 Europe/Berlin”.';

/** Reason and end of a freeze, from what follows its place: the end may stand before the reason or after it. */
export const freezeWords = (text: string): FreezeWords => {
  const said = text.trim();
  const found = before.exec(said) ?? after.exec(said);
  if (!found) {
    const strange = strangeEnd(said);
    return strange === undefined
      ? { ok: true, reason: said }
      : { ok: false, problem: `I can’t read “${strange.slice(0, 60)}” as the end of a freeze. ${forms}` };
  }
  const { long, clock } = found.groups ?? {};
  const zone = found[3];
  const reason = `${said.slice(0, found.index)}${said.slice(found.index + found[0].length)}`.trim();
  const other = strangeEnd(reason);
  if (other !== undefined || after.test(reason)) {
    const ends = [found[0], other ?? after.exec(reason)?.[0] ?? ''].map((end) => end.trim().slice(0, 60));
    return { ok: false, problem: `A freeze has one end: which of “${ends.join('” and “')}” is it?` };
  }
  if (long !== undefined) {
    const read = leadingDuration(long);
    return read.ok
      ? { ok: true, reason, end: { kind: 'for', ms: read.ms } }
      : {
          ok: false,
          problem:
            'With “for” a freeze lasts from one minute to 30 days. For longer say until when; with neither it has no end.',
        };
  }
  if (zone !== undefined && !isZone(zone)) {
    return { ok: false, problem: `“${zone.slice(0, 60)}” is no time zone. ${forms}` };
  }
  return {
    ok: true,
    reason,
    end: { kind: 'until', clock: clock ?? '', ...(zone !== undefined && { zone }) },
  };
};

export type EndFound =
  | { readonly ok: true; readonly until: number; readonly zone: string }
  | { readonly ok: false; readonly problem: string };

const day = 86_400_000;
const week = 7 * day;
const someMonday = Date.UTC(2024, 0, 1);

/**
 * The moment that was meant. A time alone is the next one that clocks show; what they show twice is the later of the
 * two, so that nothing is thawed early. `zone`: of whoever said it, where they named none.
 */
export const endOf = (end: SaidEnd, now: number, zone: string): EndFound => {
  if (end.kind === 'for') return { ok: true, until: now + end.ms, zone };
  const where = end.zone ?? zone;
  const text = end.clock.replace(/^([a-z]{3})[a-z]*\s+/i, '$1 ').replace(/(^|[ T])(\d):/, '$10$2:');
  const alone = /^(\d\d):(\d\d)$/.exec(text);
  const wall = wallTime(now, where);
  const at = (shown: number): number => momentAt(shown, where, 'last');
  const read = alone ? parseWallTime(`mon ${text}`) : parseWallTime(text);
  if (!read) return { ok: false, problem: `“${end.clock.slice(0, 60)}” is no time of a clock. ${forms}` };
  if (read.every === 'once') return { ok: true, until: at(read.at), zone: where };
  const [length, base] = alone
    ? [day, Math.floor(wall / day) * day]
    : [week, wall - ((((wall - someMonday) % week) + week) % week)];
  const first = at(base + read.at);
  return { ok: true, until: first > now ? first : at(base + read.at + length), zone: where };
};
