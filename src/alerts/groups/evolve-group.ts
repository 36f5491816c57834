import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { bySeverity, type Severity } from '../../core/severity.ts';
import { refusalAbout } from '../../delivery/refusal.ts';
import { withNews } from '../evolve/evolve.ts';
import { firesAgain } from '../evolve/refire.ts';
import { groupSummary, remark } from '../messages/remarks.ts';
import type { ActionSpec, Alert, AlertId } from '../model/alert.ts';
import type { NotifyWish } from '../model/escalation.ts';
import { type Group, type GroupKey, type GroupMembers, givenBackOf, type MemberRow } from '../model/group.ts';
import { addNote, severityChange } from '../model/notes.ts';
import { openGroup } from '../model/open.ts';
import { mostPages, rowsPerPage } from './pages.ts';

export interface GroupPolicy {
  /** A firing within this of the end re-opens the same thread; ms. */
  readonly refireWindow: number;
  /** The tickets and pages that a group of this route asks for when it is opened. */
  readonly ticketsOf: (route: string) => readonly ActionSpec[];
  /** Whom to mention while nobody reacts to it. Absent: nobody. */
  readonly notifyOf?: (route: string) => NotifyWish | undefined;
  /** Where the route says what to do. Absent: nowhere. */
  readonly runbookOf?: (route: string) => string | undefined;
}

/** What a look at all members makes of a group. */
export interface Gathered {
  /** Undefined: there is nothing to write. */
  readonly write?: {
    readonly alert: Alert;
    readonly journal: readonly JournalEntry[];
    readonly archived?: Alert;
  };
  /** Members that the acknowledgement of the group is still to reach, and those that it is taken from. */
  readonly acknowledge: readonly AlertId[];
  readonly giveBack: readonly AlertId[];
  /** Members that the silence of the group is still to reach, and those whose silence is over. */
  readonly silence: readonly AlertId[];
  readonly heard: readonly AlertId[];
  /** Rows that nobody needs any more. */
  readonly gone: readonly AlertId[];
  readonly firing: boolean;
}

const nothing: Gathered = {
  ...{ acknowledge: [], giveBack: [], silence: [], heard: [], gone: [] },
  firing: false,
};

/** So many resolved rows of one group are kept. */
const resolvedAtMost = 1_000;

/**
 * What the rows of its members make of a group. Pure, and the same however often it is asked: nothing is counted up.
 * `current`: the record of its present or last generation, read before the rows.
 */
export const evolveGroup = (
  current: Alert | undefined,
  fingerprint: string,
  { key, rows }: Pick<GroupMembers, 'key' | 'rows'>,
  now: number,
  policy: GroupPolicy,
): Gathered => {
  const firing = rows.filter(({ status }) => status === 'firing');
  if (current?.group === undefined) {
    return rows.length === 0 || key === undefined
      ? nothing
      : opened(undefined, fingerprint, key, rows, now, policy);
  }
  const since = firing.length === 0 ? undefined : Math.min(...firing.map(({ startsAt }) => startsAt));
  const over = current.endsAt ?? current.eventTime;
  const late = current.status === 'resolved' && since !== undefined && since - over > policy.refireWindow;
  if (late && key !== undefined) return opened(current, fingerprint, key, rows, now, policy);
  return goneOn(current, current.group, rows, since, now);
};

const opened = (
  before: Alert | undefined,
  fingerprint: string,
  key: GroupKey,
  rows: readonly MemberRow[],
  now: number,
  policy: GroupPolicy,
): Gathered => {
  const firing = rows.filter(({ status }) => status === 'firing');
  const began = Math.min(...(firing.length > 0 ? firing : rows).map(({ startsAt }) => startsAt));
  const mine = rows.filter((row) => isOf(row, began));
  const facts = factsOf(mine, { home: key.channel, by: key.by, pages: [] }, undefined);
  const base = openGroup(
    fingerprint,
    key,
    began,
    facts,
    {
      actions: firing.length > 0 ? policy.ticketsOf(key.route) : [],
      notify: policy.notifyOf?.(key.route),
      runbook: policy.runbookOf?.(key.route),
    },
    now,
    before,
  );
  const alert = shownBy(base, facts, mine);
  return {
    ...{ ...nothing, heard: heardOf(rows, now), gone: goneOf(rows, began), firing: firing.length > 0 },
    write: {
      alert: firing.length > 0 ? alert : { ...alert, status: 'resolved', endsAt: endOf(mine, now) },
      journal: [ownLine(now, 'opened', before && remark({ code: 'group_follows', before: before.id }))],
      ...(before && { archived: before }),
    },
  };
};

const goneOn = (
  current: Alert,
  group: Group,
  rows: readonly MemberRow[],
  since: number | undefined,
  now: number,
): Gathered => {
  const mine = rows.filter((row) => isOf(row, current.firstStartsAt));
  const turned = turn(current, mine, since, now);
  const { ack } = turned.alert;
  const facts = factsOf(mine, group, ack);
  const acknowledge = ack ? mine.filter((row) => isReached(row, ack.at)).map(({ id }) => id) : [];
  const back = givenBackOf(group).filter((at) => at !== ack?.at);
  const giveBack = mine.flatMap((row) => (row.ack && back.includes(row.ack.at) ? row.id : []));
  const kept = giveBack.length > 0 ? facts : withoutBack(facts);
  const next = severer(shownBy(turned.alert, kept, mine), current, now);
  const changed = turned.journal.length > 0 || !sameGroup(current, next);
  const told = changed ? withNews(current, next, now) : current;
  return {
    ...{ acknowledge, giveBack, silence: unreachedOf(mine, current, now), heard: heardOf(rows, now) },
    ...{ gone: goneOf(rows, current.firstStartsAt), firing: since !== undefined },
    ...(changed && { write: { alert: { ...told, eventTime: now, lastSeen: now }, journal: turned.journal } }),
  };
};

/** Over with its last member; it fires again with the first one that does. */
const turn = (
  current: Alert,
  rows: readonly MemberRow[],
  since: number | undefined,
  now: number,
): { readonly alert: Alert; readonly journal: readonly JournalEntry[] } => {
  if (current.status === 'firing' && since === undefined && rows.length > 0) {
    const endsAt = endOf(rows, now);
    return {
      alert: addNote({ ...current, status: 'resolved', endsAt }, { kind: 'resolved', at: endsAt }),
      journal: [ownLine(now, 'resolved')],
    };
  }
  if (current.status === 'resolved' && since !== undefined) {
    const { endsAt: _, ack: __, ...rest } = current;
    const startsAt = Math.max(since, current.startsAt);
    const fires: Alert = { ...rest, status: 'firing', startsAt, fired: current.fired + 1 };
    return { alert: firesAgain(current, fires, now, ''), journal: [ownLine(now, 'refired')] };
  }
  return { alert: worthAnotherTry(current, now), journal: [] };
};

/** No channel took its thread: it is tried again when its members change. A deleted one stays deleted. */
const worthAnotherTry = (current: Alert, now: number): Alert => {
  const { thread, status } = current;
  if (status !== 'firing' || thread.state !== 'failed' || now - thread.at < retryUndeliverable)
    return current;
  const about = refusalAbout(thread.reason);
  if (about === 'gone' || about === 'message' || about === 'later') return current;
  return { ...current, thread: { state: 'wanted', since: now, event: '' } };
};

const retryUndeliverable = 300_000;

/** Only what gets worse is worth a reply. */
const severer = (next: Alert, before: Alert, now: number): Alert => {
  if (next.status !== 'firing' || before.status !== 'firing') return next;
  if (bySeverity(next.severity, before.severity) >= 0) return next;
  return addNote(next, { kind: 'severity', at: now, text: severityChange(before.severity, next.severity) });
};

/** It fired by then, and nobody has it. */
const isReached = ({ status, ack, joined }: MemberRow, ackAt: number): boolean =>
  status === 'firing' && ack === undefined && joined <= ackAt;

/** Whoever fires under a silence of the group, whenever it joined; which of them fit, their records say. */
const unreachedOf = (rows: readonly MemberRow[], { silence }: Alert, now: number): readonly AlertId[] =>
  silence?.covers && silence.until > now
    ? rows.filter(({ status, silenced }) => status === 'firing' && silenced === undefined).map(({ id }) => id)
    : [];

const heardOf = (rows: readonly MemberRow[], now: number): readonly AlertId[] =>
  rows.filter(({ silenced }) => silenced !== undefined && silenced <= now).map(({ id }) => id);

/** Those that were over before this generation began are not its own. */
const isOf = ({ status, startsAt, endsAt = startsAt }: MemberRow, began: number): boolean =>
  status === 'firing' || endsAt >= began;

const goneOf = (rows: readonly MemberRow[], began: number): readonly AlertId[] => {
  const before = rows.filter((row) => !isOf(row, began));
  const over = rows.filter((row) => row.status === 'resolved' && isOf(row, began));
  const oldest = over.toSorted((a, b) => (b.endsAt ?? 0) - (a.endsAt ?? 0)).slice(resolvedAtMost);
  return [...before, ...oldest].map(({ id }) => id);
};

const endOf = (rows: readonly MemberRow[], now: number): number =>
  Math.max(...rows.map(({ endsAt = now }) => endsAt));

const factsOf = (
  rows: readonly MemberRow[],
  known: Pick<Group, 'home' | 'by' | 'pages' | 'adopted' | 'givenBack'>,
  ack: Alert['ack'],
): Group => {
  const firing = rows.filter(({ status }) => status === 'firing');
  const severities: Partial<Record<Severity, number>> = {};
  for (const { severity } of firing.length > 0 ? firing : rows) {
    severities[severity] = (severities[severity] ?? 0) + 1;
  }
  const acknowledged = firing.filter(
    (row) => row.ack !== undefined || (ack && isReached(row, ack.at)),
  ).length;
  return {
    home: known.home,
    by: known.by,
    firing: firing.length,
    resolved: rows.length - firing.length,
    acknowledged,
    fresh: ack ? firing.length - acknowledged : 0,
    severities,
    rows: rows.toSorted(byWorst).slice(0, rowsPerPage * mostPages),
    pages: known.pages,
    ...(known.adopted && { adopted: known.adopted }),
    ...(known.givenBack !== undefined && { givenBack: known.givenBack }),
  };
};

const withoutBack = ({ givenBack: _, ...group }: Group): Group => group;

/** What fires before what is over, the worst first, and then by what it is about: rows stay where they are. */
const byWorst = (a: MemberRow, b: MemberRow): number =>
  Number(a.status === 'resolved') - Number(b.status === 'resolved') ||
  bySeverity(a.severity, b.severity) ||
  compare(a.name, b.name) ||
  compare(a.about, b.about) ||
  compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const shownBy = (alert: Alert, group: Group, rows: readonly MemberRow[]): Alert => {
  const [worst = 'none'] = (Object.keys(group.severities) as Severity[]).sort(bySeverity);
  return {
    ...alert,
    group,
    name: group.by['alertname'] || group.by['name'] || kindsOf(rows),
    severity: worst,
    summary: groupSummary(group),
  };
};

/** The worst first: `ConnectionPoolExhausted and 2 other kinds`. */
const kindsOf = (rows: readonly MemberRow[]): string => {
  const [first = '', second, ...others] = [...new Set(rows.toSorted(byWorst).map(({ name }) => name))];
  if (second === undefined) return first;
  return others.length === 0 ? `${first}, ${second}` : `${first} and ${others.length + 1} other kinds`;
};

const sameGroup = (before: Alert, after: Alert): boolean =>
  JSON.stringify([
    before.group,
    before.thread,
    before.name,
    before.severity,
    before.summary,
    before.notes,
  ]) === JSON.stringify([after.group, after.thread, after.name, after.severity, after.summary, after.notes]);
