import { remark } from '../alerts/messages/remarks.ts';
import type { ActionKind, Alert } from '../alerts/model/alert.ts';
import type { JournalEntry } from '../core/journal.ts';
import { inFull } from '../core/person.ts';
import { type Severity, severities } from '../core/severity.ts';
import { createTally, type Rows, spreadOf, type Times, topOf } from './figures.ts';
import { type AlertStory, type Firing, storyOf, takenWithGroup } from './firings.ts';
import type { Span } from './period.ts';

/** Of one severity, the one that an alert had last. */
export interface SeverityFigures {
  readonly severity: Severity;
  /** Firings that began; and that ended. */
  readonly began: number;
  readonly resolved: number;
  /** Alerts that fired when the time began, and when it ended. */
  readonly openBefore: number;
  readonly openAfter: number;
}

export interface AlertFigures extends Omit<SeverityFigures, 'severity'> {
  /** Of the firings that began: in how many an alert fired again in its thread. */
  readonly refired: number;
  /** The most severe first; those that nothing happened to are left out. */
  readonly bySeverity: readonly SeverityFigures[];
  readonly byService: Rows;
  readonly byRoute: Rows;
  readonly byTier: Rows;
  readonly noisiest: Rows;
  /** From the event to its thread in Slack: of alerts and groups with a thread of their own. */
  readonly toThread: Times;
  /** From when people could see it until somebody took it. */
  readonly toAcknowledge: Times;
  /** From when farmhand heard of it until it heard of its end. */
  readonly toResolve: Times;
  /** Nobody had taken it when it was over; or when the time ended, and it fired still. */
  readonly neverAcknowledged: { readonly over: number; readonly open: number };
  /** Nobody could have: no thread by its route, over before its turn, no channel took it. */
  readonly unseen: number;
  /** How often somebody took an alert, or a group as a whole. */
  readonly taken: TakenFigures;
  /** Calls because nobody reacted, and reminders of whoever had it. */
  readonly escalations: number;
  readonly reminders: number;
  /** By the pager that was told. */
  readonly pages: Rows;
  readonly tickets: Made;
  readonly silences: Made;
  readonly tasks: Made;
  /** Given up, by what they were to do. */
  readonly failedActions: Rows;
  /** Threads that no channel took. */
  readonly undeliverable: number;
  /** Threads that were found again in Slack after their record was lost. */
  readonly adopted: number;
  /** Alerts whose journal lost lines of this time. */
  readonly journalsCut: number;
}

export interface Made {
  readonly byPeople: number;
  readonly byRoutes: number;
}

export interface TakenFigures {
  readonly times: number;
  /** How many people did, and how often whoever did most. */
  readonly people: number;
  readonly most: number;
  /** Only where it is asked for. */
  readonly byPerson?: Rows;
}

const noService = '(no service)';
const namesShown = 10;

/** Takes in one alert after another, groups included; each once. `people`: they are named. */
export const createAlertFigures = (span: Span, people: boolean) => {
  const { from, to } = span;
  const counts = {
    ...{ refired: 0, unseen: 0, escalations: 0, reminders: 0 },
    undeliverable: 0,
    adopted: 0,
    journalsCut: 0,
  };
  const of = new Map(
    severities.map((severity) => [severity, { began: 0, resolved: 0, openBefore: 0, openAfter: 0 }]),
  );
  const never = { over: 0, open: 0 };
  const made = { ticket: noneMade(), silence: noneMade(), api_task: noneMade() };
  const [service, route, tier, noise] = [createTally(), createTally(), createTally(), createTally()];
  const [takenBy, pages, failed] = [createTally(), createTally(), createTally()];
  const [toThread, toAck, toEnd]: [number[], number[], number[]] = [[], [], []];
  const isIn = (at: number): boolean => at >= from && at < to;
  const by = (at: number | undefined): at is number => at !== undefined && at < to;

  const actions = ({ actions: all }: Alert, lines: readonly JournalEntry[]): void => {
    for (const { key, spec, kind, at, state, by: asker } of all) {
      if (spec.kind === 'pager' || 'with' in spec) continue;
      if (kind !== 'ticket' && kind !== 'silence' && kind !== 'api_task') continue;
      const line = lines.find(({ what }) => what === `${key}_done`);
      if (state === 'done' && isIn(line?.at ?? at)) made[kind][asker ? 'byPeople' : 'byRoutes'] += 1;
    }
  };

  const happened = (alert: Alert, lines: readonly JournalEntry[]): void => {
    const pagers = [
      ...new Set(alert.actions.flatMap(({ spec }) => (spec.kind === 'pager' ? [spec.to] : []))),
    ];
    for (const line of lines) {
      const { at, what, why } = line;
      if (!isIn(at)) continue;
      if (what === 'nobody_reacts') counts.escalations += 1;
      else if (what === 'reminded') counts.reminders += 1;
      else if (what === 'undeliverable') counts.undeliverable += 1;
      else if (what === 'adopted') counts.adopted += 1;
      else if (what === 'ack' || what === 'assign') {
        if (!takenWithGroup(line)) takenBy.add(takerOf(alert, line));
      } else if (what.startsWith('pager') && what.endsWith('_done')) {
        const to = pagers.find((name) => why === remark({ code: 'pager_told', to: name, say: 'trigger' }));
        if (to !== undefined) pages.add(to);
      } else if (what.endsWith('_failed')) {
        const kind = kindOf(what);
        if (kind) failed.add(kind);
      }
    }
  };

  const firing = (alert: Alert, { at, opens, thread, ack, end }: Firing): void => {
    const figures = of.get(alert.severity) ?? { began: 0, resolved: 0, openBefore: 0, openAfter: 0 };
    const begun = at ?? Number.NEGATIVE_INFINITY;
    if (begun >= to) return;
    if (end !== undefined && isIn(end)) figures.resolved += 1;
    if (begun < from && (end === undefined || end >= from)) figures.openBefore += 1;
    if (!by(end)) figures.openAfter += 1;
    if (begun < from) return;
    figures.began += 1;
    if (!opens) counts.refired += 1;
    const name = alert.labels['service'] ?? noService;
    service.add(name);
    route.add(alert.route);
    tier.add(alert.tier);
    noise.add(name === noService ? alert.name : `${alert.name} (${name})`);
    if (by(end)) toEnd.push(end - begun);
    if (by(ack)) toAck.push(Math.max(0, ack - Math.max(begun, by(thread) ? thread : begun)));
    else if (!couldBeTaken(alert)) counts.unseen += 1;
    else never[by(end) ? 'over' : 'open'] += 1;
  };

  const add = (alert: Alert, journal: readonly JournalEntry[]): AlertStory => {
    const story = storyOf(alert, journal);
    const { firings, lines, cutAt } = story;
    if (cutAt !== undefined && cutAt >= from) counts.journalsCut += 1;
    actions(alert, lines);
    happened(alert, lines);
    const [first] = firings;
    const { at, thread } = first ?? {};
    if (at !== undefined && isIn(at) && by(thread) && !alert.memberOf) toThread.push(thread - at);
    // Its members are counted; it stands for them.
    if (!alert.group) for (const each of firings) firing(alert, each);
    return story;
  };

  const figures = (): AlertFigures => {
    const bySeverity = [...of].map(([severity, each]) => ({ severity, ...each }));
    const sum = (field: Exclude<keyof SeverityFigures, 'severity'>): number =>
      bySeverity.reduce((all, each) => all + each[field], 0);
    return {
      ...{ began: sum('began'), resolved: sum('resolved') },
      ...{ openBefore: sum('openBefore'), openAfter: sum('openAfter') },
      ...counts,
      bySeverity: bySeverity.filter(
        (each) => each.began + each.resolved + each.openBefore + each.openAfter > 0,
      ),
      byService: topOf(service.rows(), namesShown),
      byRoute: topOf(route.rows(), namesShown),
      byTier: topOf(tier.rows(), namesShown),
      noisiest: noise.rows().slice(0, namesShown),
      toThread: spreadOf(toThread),
      toAcknowledge: spreadOf(toAck),
      toResolve: spreadOf(toEnd),
      neverAcknowledged: { ...never },
      taken: takenOf(takenBy.rows(), people),
      pages: pages.rows(),
      tickets: made.ticket,
      silences: made.silence,
      tasks: made.api_task,
      failedActions: failed.rows(),
    };
  };
  return { add, figures };
};

const noneMade = () => ({ byPeople: 0, byRoutes: 0 });

/** It has a thread, or is in that of its group. */
const couldBeTaken = ({ thread, memberOf }: Alert): boolean =>
  memberOf !== undefined ||
  (thread.state !== 'none' && thread.state !== 'folded' && thread.state !== 'failed');

const kinds: readonly ActionKind[] = ['ticket_news', 'ticket', 'api_task', 'silence', 'rebuild', 'pager'];

/** Of `silence-2_failed`. */
const kindOf = (what: string): ActionKind | undefined =>
  kinds.find((kind) => new RegExp(`^${kind}(-\\d+)?(\\.\\d+)?_failed$`).test(what));

/** Whoever has it by that line. To whom it was given stays on record until somebody else has it. */
const takerOf = ({ ack }: Pick<Alert, 'ack'>, { at, what, who }: JournalEntry): string => {
  if (what === 'ack') return who;
  return ack?.at === at ? inFull(ack.by) : '(somebody it was given to)';
};

const takenOf = (rows: Rows, people: boolean): TakenFigures => ({
  times: rows.reduce((sum, [, count]) => sum + count, 0),
  people: rows.length,
  most: rows[0]?.[1] ?? 0,
  ...(people && { byPerson: topOf(rows, namesShown) }),
});
