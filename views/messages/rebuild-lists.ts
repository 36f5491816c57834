import type { JournalEntry } from '../../src/alerts/alert.ts';
import type { DoctorResult, Finding } from '../../src/rebuild/command.ts';
import type { Rebuild } from '../../src/rebuild/rebuild.ts';
import { type StateWord, stateWord } from '../../src/rebuild/state.ts';
import { type Block, context, dotted, type Message, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline, paragraph } from '../escape.ts';
import { ownLink, permalink } from '../links.ts';
import { fitted, titled } from '../trail.ts';
import { count, localTime, span, who } from '../words.ts';

export interface RebuildList {
  readonly flight: readonly Rebuild[];
  readonly failed: readonly Rebuild[];
  readonly recent: readonly Rebuild[];
  /** Why some are left out. */
  readonly hidden?: string;
}

const marks: Readonly<Record<StateWord, string>> = {
  starting: '🕐',
  'waiting for approval': '✋',
  running: '🚜',
  'waiting for a person': '🙋',
  pausing: '⏸️',
  paused: '⏸️',
  guardian: '🛡️',
  cancelling: '🧹',
  failing: '🧹',
  released: '✅',
  cancelled: '🚫',
  failed: '❌',
};

/** One rebuild in two lines: what and how it stands, then who, since when, and where. */
export const rebuildLine = (rebuild: Rebuild, ctx: ViewContext): string => {
  const state = stateWord(rebuild);
  const { plan, progress, farmers, card, end } = rebuild;
  const link = permalink(ctx, card.channel, card.ts);
  const name = inline(plan.instance.name, 80);
  const over = state === 'released' || state === 'cancelled' || state === 'failed';
  return [
    dotted(
      `${marks[state]} *${ownLink(link, plan.instance.name) ?? name}*`,
      state,
      !over && rebuild.steps.find((step) => step.state !== 'done' && step.state !== 'skipped')?.name,
      !over && progress && `${Math.floor(progress.percent)} %`,
      !over && farmers.wanted > 0 && `${farmers.seen?.ready ?? '?'}/${farmers.wanted} farmers`,
      !over && progress?.eta !== undefined && `done ${localTime(progress.eta)}`,
      rebuild.stalledSince !== undefined && `stalled since ${localTime(rebuild.stalledSince)}`,
    ),
    dotted(
      code(rebuild.id, 90),
      `${who(rebuild.by)}: ${inline(rebuild.reason, 120)}`,
      end && over
        ? `ended ${localTime(end.at)}: ${inline(end.reason, 160)}`
        : `since ${localTime(rebuild.at)}`,
      !over &&
        rebuild.pause &&
        `${rebuild.pause.state} by ${who(rebuild.pause.by)}: ${inline(rebuild.pause.reason, 120)}`,
    ),
  ].join('\n');
};

/** What runs, what failed, what ended. */
export const rebuildList = (list: RebuildList, ctx: ViewContext): Message => {
  const { flight, failed, recent, hidden } = list;
  const text =
    flight.length === 0 ? 'No rebuild is in flight.' : `${count(flight.length, 'rebuild')} in flight`;
  const part = (title: string, shown: readonly Rebuild[]): Block[] =>
    titled(
      title,
      fitted(
        shown.map((each) => rebuildLine(each, ctx)),
        3600,
      ),
    );
  return {
    text,
    blocks: [
      ...(flight.length === 0 ? [section(`✅ ${text}`)] : part(text, flight)),
      ...part('Failed', failed),
      ...part('Ended', recent),
      ...context(
        hidden === undefined ? '' : `Some are not shown. ${paragraph(hidden, 300)}`,
        '`/dcr status INSTANCE` shows one, `/dcr help` the rest.',
      ),
    ],
  };
};

export interface RebuildHistory {
  readonly rebuild: Rebuild;
  /** All of the same instance, newest first. */
  readonly rebuilds: readonly Rebuild[];
  readonly journal: readonly JournalEntry[];
}

/** The rebuilds of an instance, and who did what to the one meant. */
export const historyAnswer = ({ rebuild, rebuilds, journal }: RebuildHistory): Message => {
  const text = `History of ${inline(rebuild.plan.instance.name, 80)}`;
  return {
    text,
    blocks: [
      section(`*${text}*`),
      ...titled(`Journal of ${rebuild.id}`, fitted(journal.map(entryLine), 4500, 'newest')),
      ...(journal.length === 0 ? context('Its journal is empty.') : []),
      ...titled('Its rebuilds', fitted(rebuilds.map(pastLine), 2500)),
    ],
  };
};

const entryLine = ({ at, who: word, what, why }: JournalEntry): string => {
  const person = who({ id: word });
  const lead = person.startsWith('<@') ? person : `*${person}*`;
  const detail = inline(why ?? '', 400);
  return `${localTime(at)}  ${lead} ${inline(what.replaceAll('_', ' '), 60)}${detail === '' ? '' : `: ${detail}`}`;
};

const pastLine = (rebuild: Rebuild): string => {
  const state = stateWord(rebuild);
  const lasted = rebuild.end ? `, ${span(rebuild.end.at - rebuild.at)}` : '';
  return dotted(
    `${marks[state]} ${code(rebuild.id, 90)}`,
    `${state}${lasted}`,
    count(rebuild.farmers.target, 'farmer'),
    `${who(rebuild.by)}: ${inline(rebuild.reason, 120)}`,
  );
};

const levels: Readonly<Record<Finding['level'], string>> = {
  ok: '✅',
  warning: '⚠️',
  problem: '❌',
  unknown: '❔',
};
const order: readonly Finding['level'][] = ['problem', 'warning', 'unknown', 'ok'];

/** What was found of an instance's cluster settings, the worst first, each with its fix. */
export const doctorAnswer = ({ instance, findings }: Extract<DoctorResult, { ok: true }>): Message => {
  const bad = findings.filter(({ level }) => level === 'problem').length;
  const text =
    bad === 0
      ? `${inline(instance, 80)} looks well`
      : `${count(bad, 'problem')} with ${inline(instance, 80)}`;
  const lines = findings
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .map(({ level, check, says, fix }) => {
      const what = `${levels[level]} ${inline(check.replaceAll('_', ' '), 60)}: ${paragraph(says, 500)}`;
      return fix === undefined ? what : `${what}\n     → ${paragraph(fix, 500)}`;
    });
  return {
    text,
    blocks: [...titled(text, fitted(lines, 9000)), ...context('Only looked at; nothing was changed.')],
  };
};
