import type { types } from '@slack/bolt';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { bySeverity } from '../../src/core/severity.ts';
import { counted } from '../../src/core/text.ts';
import type { LostName } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import type { Freeze } from '../../src/rebuild/model/rules/freezes.ts';
import { actions, type Block, button, context, divider, dotted, type Message, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline } from '../escape.ts';
import { actionIds, blockIds, callbackIds } from '../ids.ts';
import { ownLink, permalink } from '../links.ts';
import { driftButtons, offerButtons, rebuildButtons, startButton } from '../rebuild/buttons.ts';
import { freezeLines } from '../rebuild/freezes.ts';
import { reviewButton } from '../rebuild/glass.ts';
import { rebuildLines } from '../rebuild/lines.ts';
import { lostLines } from '../rebuild/lost.ts';
import {
  localTime,
  severityWord,
  shownState,
  stateMark,
  stateWord,
  subjectOf,
  who,
  withMentions,
} from '../words.ts';

export interface HomeFacts {
  readonly inFlight: readonly Rebuild[];
  /** In flight when records were lost, and nobody has decided on them. */
  readonly lost?: readonly LostName[];
  /** What people have frozen. */
  readonly freezes?: readonly Freeze[];
  /** Newest first, as the next one. */
  readonly failed: readonly Rebuild[];
  readonly recent: readonly Rebuild[];
  /** Open ones; `more`: there are others besides. */
  readonly alerts: readonly Alert[];
  readonly more?: boolean;
  /** How many fire in all; absent: as many as were read. */
  readonly firing?: number;
  /** Why some rebuilds are left out; plain text. */
  readonly hidden?: string;
  /** False where rebuilds are not configured: then there is nothing to start. */
  readonly canRebuild?: boolean;
}

/** Slack takes 100 blocks: two for each rebuild in flight, one for each other line, and the headings. */
const most = { inFlight: 20, failed: 8, recent: 8, alerts: 10, lost: 8, freezes: 5 } as const;

/** Which rebuilds run and which failed, at a glance; and the open alerts. */
export const homeView = (facts: HomeFacts, ctx: ViewContext): types.HomeView => ({
  type: 'home',
  callback_id: callbackIds.home,
  blocks: [
    ...(facts.canRebuild === false ? [] : rebuilds(facts, ctx)),
    ...alerts(facts, ctx),
    ...context(
      facts.hidden === undefined
        ? undefined
        : `🔒 Some rebuilds are not shown: ${withMentions(inline(facts.hidden, 500))}`,
      `As of ${localTime(ctx.now, 'time')}; opening this tab again brings it up to date.`,
    ),
  ],
});

const rebuilds = (
  { inFlight, failed, recent, lost = [], freezes = [] }: HomeFacts,
  ctx: ViewContext,
): Block[] => [
  section(inFlight.length === 0 ? '*Rebuilds*' : `*${counted(inFlight.length, 'rebuild')} in flight*`, {
    id: blockIds.homeButtons,
    accessory: startButton('Start rebuild…', undefined, 'primary'),
  }),
  ...freezes.slice(0, most.freezes).map((freeze) => section(freezeLines(freeze))),
  ...rest(freezes.length - most.freezes, '/dcr list'),
  ...lost.slice(0, most.lost).map((one) => section(lostLines(one, ctx))),
  ...(inFlight.length === 0
    ? [section('🌱 No rebuild is in flight. When one is, you will see here how far it is.')]
    : inFlight.slice(0, most.inFlight).flatMap((rebuild, i) => flying(rebuild, i, ctx))),
  ...rest(inFlight.length - most.inFlight, '/dcr list'),
  divider(),
  section('*Failed*'),
  ...(failed.length === 0
    ? [section('✅ None lately.')]
    : failed.slice(0, most.failed).map((rebuild) => past(rebuild, ctx))),
  divider(),
  section('*Released or cancelled lately*'),
  ...(recent.length === 0
    ? [section('None yet.')]
    : recent.slice(0, most.recent).map((rebuild) => past(rebuild, ctx))),
  divider(),
];

/** With its buttons; their blocks are told apart by number, since every rebuild has the same. */
const flying = (rebuild: Rebuild, i: number, ctx: ViewContext): Block[] => {
  const offers = [...offerButtons(rebuild), ...driftButtons(rebuild)];
  const own = rebuildButtons(rebuild);
  const status = button('Status', actionIds.rebuildStatus, { value: rebuild.id });
  const danger = own.filter(({ style }) => style === 'danger');
  const calm = own.filter(({ style }) => style !== 'danger');
  return [
    section(rebuildLines(rebuild, ctx)),
    actions(`${blockIds.rebuildButtons}.${i}`, [
      ...reviewButton(rebuild),
      ...offers,
      ...calm,
      status,
      ...danger,
    ]),
  ];
};

const past = (rebuild: Rebuild, ctx: ViewContext): Block =>
  section(rebuildLines(rebuild, ctx), {
    accessory: button('History', actionIds.rebuildHistory, { value: rebuild.id }),
  });

const alerts = ({ alerts: open, more, firing = 0 }: HomeFacts, ctx: ViewContext): Block[] => {
  const shown = open
    .toSorted((a, b) => bySeverity(a.severity, b.severity) || b.startsAt - a.startsAt)
    .slice(0, most.alerts);
  const counted = more === true && firing > open.length;
  const total = counted
    ? firing.toLocaleString('en')
    : `${open.length.toLocaleString('en')}${more ? '+' : ''}`;
  const unread = more === true || firing > 0;
  return [
    section(open.length === 0 ? '*Open alerts*' : `*Open alerts* (${total})`),
    ...(open.length === 0
      ? [section(unread ? 'What is firing could not be read whole: ask `/alerts`.' : '✅ Nothing is firing.')]
      : shown.map((alert) => section(alertLine(alert, ctx)))),
    ...rest((counted ? firing : open.length) - shown.length, '/alerts', more && !counted),
  ];
};

const alertLine = (alert: Alert, ctx: ViewContext): string => {
  const state = shownState(alert, ctx.now);
  const subject = subjectOf(alert);
  const thread = alert.thread.state === 'open' ? permalink(ctx, alert.channel, alert.thread.ts) : undefined;
  return dotted(
    `${stateMark(state, alert.severity)} *${ownLink(thread, alert.name) ?? (inline(alert.name, 100) || 'unnamed alert')}*`,
    subject !== undefined && code(subject, 80),
    state === 'firing'
      ? severityWord(alert.severity)
      : `${severityWord(alert.severity)}, ${stateWord[state].toLowerCase()}`,
    `since ${localTime(alert.startsAt)}`,
    alert.ack ? `${who(alert.ack.by)} has it` : 'nobody has it',
  );
};

const rest = (left: number, command: string, more = false): Block[] => {
  if (left <= 0 && !more) return [];
  const what = left <= 0 ? 'more' : `${left.toLocaleString('en')} ${more ? 'or more' : 'more'}`;
  return context(`… and ${what}: \`${command}\` shows them.`);
};

/** App Home that only says something: when the records cannot be read. */
export const homeNotice = (message: Message): types.HomeView => ({
  type: 'home',
  callback_id: callbackIds.home,
  blocks: message.blocks,
});
