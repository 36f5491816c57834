import type { Alert } from '../../src/alerts/model/alert.ts';
import { type Severity, severities } from '../../src/core/severity.ts';
import { counted } from '../../src/core/text.ts';
import type { LostName } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { openIntervention } from '../../src/rebuild/model/record.ts';
import { type Block, context, divider, dotted, type Message, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { inline } from '../escape.ts';
import { ownLink, permalink } from '../links.ts';
import { rebuildLines } from '../rebuild/lines.ts';
import { lostLines } from '../rebuild/lost.ts';
import { byName, localTime, severityWord, shownState } from '../words.ts';
import { groupText, mostUrgentFirst } from './alerts/list.ts';
import { groupsOf } from './alerts/list-groups.ts';

export interface HandoverFacts {
  /** The groups that some of the alerts are in, by their fingerprints. */
  readonly groups?: ReadonlyMap<string, Alert>;
  /** Those that fire, as many as were read. */
  readonly alerts: readonly Alert[];
  /** How many fire in all. */
  readonly firing: number;
  /** In flight; absent where there are no rebuilds. */
  readonly rebuilds?: readonly Rebuild[];
  readonly lost?: readonly LostName[];
  /** Of one that is posted by itself: when it was due; ms. */
  readonly due?: number;
  /** Why some rebuilds are left out; plain text. */
  readonly hidden?: string;
}

/** Slack takes 50 blocks. */
const most = { free: 12, people: 10, silences: 8, notes: 8, rebuilds: 12, lost: 3, named: 5 } as const;
const soon = 12 * 3_600_000;

/** What the next one on call needs to know: what nobody has, who has what, which silences end, what rebuilds wait for. */
export const handover = (facts: HandoverFacts, ctx: ViewContext): Message => {
  const { alerts, firing, rebuilds, lost = [], hidden } = facts;
  const text = dotted(
    `Handover: ${counted(firing, 'alert')} firing`,
    rebuilds && `${counted(rebuilds.length, 'rebuild')} in flight`,
  );
  return {
    text,
    blocks: [
      section(`*${text}* · ${localTime(ctx.now)}`),
      ...openAlerts(facts, ctx),
      ...owners(alerts, ctx),
      ...notes(facts, ctx),
      ...silences(alerts, ctx),
      ...(rebuilds ? [divider(), ...flights(rebuilds, lost, ctx)] : []),
      ...context(
        alerts.length >= firing
          ? undefined
          : `Of ${firing.toLocaleString('en')} alerts ${alerts.length} were looked at.`,
        late(facts, ctx),
        hidden === undefined
          ? undefined
          : 'Some rebuilds are left out: whoever asked for this may not see them.',
        '`/alerts` and `/dcr list` show how it is now.',
      ),
    ],
  };
};

/** Whoever reads it looks at the clock: it is of this minute, and not of when it was due. */
const late = ({ due }: HandoverFacts, ctx: ViewContext): string | undefined =>
  due === undefined || ctx.now - due < lateFrom
    ? undefined
    : `⏰ Late: it was due ${localTime(due)}, when farmhand or Slack was away. It says how things are now.`;
const lateFrom = 120_000;

const isFree = (alert: Alert, ctx: ViewContext): boolean => shownState(alert, ctx.now) === 'firing';

const openAlerts = ({ alerts, firing, groups: groupsThere }: HandoverFacts, ctx: ViewContext): Block[] => {
  if (firing === 0) return [section('✅ Nothing is firing.')];
  const free = mostUrgentFirst(
    alerts.filter((alert) => isFree(alert, ctx)),
    ctx,
  );
  const groups = groupsOf(free, most.free);
  const shown = groups.slice(0, most.free);
  const left = free.length - shown.reduce((sum, group) => sum + group.length, 0);
  return [
    section(
      `*${bySeverityWords(alerts)}* · ${free.length === 0 ? 'somebody has each of them' : `nobody has ${free.length}`}`,
    ),
    ...shown.map((group) => section(groupText(group, alerts, ctx, groupsThere))),
    ...context(left <= 0 ? undefined : `${left} more that nobody has: \`/alerts unacked\``),
  ];
};

/** `2 critical, 1 warning`. */
const bySeverityWords = (alerts: readonly Alert[]): string =>
  severities
    .flatMap((severity: Severity) => {
      const count = alerts.filter((alert) => alert.severity === severity).length;
      return count === 0 ? [] : [`${count} ${severityWord(severity)}`];
    })
    .join(', ');

const owners = (alerts: readonly Alert[], ctx: ViewContext): Block[] => {
  const held = Map.groupBy(
    alerts.filter(({ ack }) => ack),
    ({ ack }) => ack?.by.id ?? '',
  );
  const lines = [...held.values()]
    .toSorted((a, b) => b.length - a.length)
    .slice(0, most.people)
    .flatMap((theirs) => {
      const by = theirs[0]?.ack?.by;
      if (!by) return [];
      const names = mostUrgentFirst(theirs, ctx)
        .slice(0, most.named)
        .map((alert) => named(alert, ctx));
      const more = theirs.length - names.length;
      return [
        `👀 ${byName(by)} has ${counted(theirs.length, 'alert')}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      ];
    });
  return lines.length === 0 ? [] : [section(lines.join('\n'))];
};

/** Its name, leading to its thread where there is one. */
const named = (alert: Alert, ctx: ViewContext): string => {
  const link = alert.thread.state === 'open' ? permalink(ctx, alert.channel, alert.thread.ts) : undefined;
  return ownLink(link, alert.name) ?? (inline(alert.name, 80) || 'unnamed alert');
};

/** What people left for whoever comes next: of alerts that somebody has, or that are silenced, and of groups. */
const notes = ({ alerts, groups = new Map() }: HandoverFacts, ctx: ViewContext): Block[] => {
  const shown = [...alerts.filter((alert) => !isFree(alert, ctx)), ...groups.values()].filter(
    ({ pinned, status }) => pinned && status === 'firing',
  );
  const latest = shown.toSorted((a, b) => (b.pinned?.at ?? 0) - (a.pinned?.at ?? 0));
  if (latest.length === 0) return [];
  const lines = latest
    .slice(0, most.notes)
    .flatMap((alert) =>
      alert.pinned
        ? [
            `📌 ${named(alert, ctx)}: ${inline(alert.pinned.text, 200)} – ${byName(alert.pinned.by)}, ${localTime(alert.pinned.at)}`,
          ]
        : [],
    );
  const more = latest.length - lines.length;
  return [section([...lines, ...(more > 0 ? [`and ${more} more notes`] : [])].join('\n'))];
};

const silences = (alerts: readonly Alert[], ctx: ViewContext): Block[] => {
  const ending = alerts
    .flatMap((alert) => (alert.silence ? [{ alert, silence: alert.silence }] : []))
    .filter(({ silence }) => silence.until > ctx.now && silence.until <= ctx.now + soon)
    .toSorted((a, b) => a.silence.until - b.silence.until);
  if (ending.length === 0) return [];
  const lines = ending
    .slice(0, most.silences)
    .map(({ alert, silence }) =>
      dotted(
        `🔕 ${named(alert, ctx)} rings again ${localTime(silence.until)}`,
        byName(silence.by),
        inline(silence.reason, 120),
      ),
    );
  const more = ending.length - lines.length;
  return [
    section([...lines, ...(more > 0 ? [`and ${more} more silences end within 12 hours`] : [])].join('\n')),
  ];
};

const flights = (rebuilds: readonly Rebuild[], lost: readonly LostName[], ctx: ViewContext): Block[] => {
  const more = rebuilds.length - most.rebuilds;
  return [
    ...lost.slice(0, most.lost).map((one) => section(lostLines(one, ctx))),
    ...(rebuilds.length === 0 && lost.length === 0 ? [section('🌱 No rebuild is in flight.')] : []),
    // Those that wait for a person come first.
    ...rebuilds
      .toSorted(
        (a, b) => Number(openIntervention(a) === undefined) - Number(openIntervention(b) === undefined),
      )
      .slice(0, most.rebuilds)
      .map((rebuild) => section([rebuildLines(rebuild, ctx, byName), ...waits(rebuild)].join('\n'))),
    ...context(more <= 0 ? undefined : `${more} more: \`/dcr list\``),
  ];
};

const waits = (rebuild: Rebuild): readonly string[] => {
  const ask = openIntervention(rebuild);
  return ask ? [`Needs a person: ${inline(ask.what, 300)}`] : [];
};
