import { withTicketNews } from '../alerts/evolve/ticket-news.ts';
import type { ActionState, Alert, AlertId } from '../alerts/model/alert.ts';
import { addNote } from '../alerts/model/notes.ts';
import { type RootFacts, rootFacts, rootHash } from '../alerts/thread/root-facts.ts';
import type { PostedMessage } from '../delivery/slack-result.ts';

/**
 * What a root message says about its alert beside its key, for the day on which the record is gone. Never read while
 * there is a record: that one is the truth.
 */
export interface RootState
  extends Pick<
    RootFacts,
    | ('status' | 'severity' | 'startsAt' | 'firstStartsAt' | 'endsAt' | 'fired')
    | ('ack' | 'silence' | 'pinned' | 'ticket')
  > {
  readonly name: string;
  /** What it is about, as its headline says it. */
  readonly about?: string;
  /** `rootHash` of what the message shows. */
  readonly shown: string;
  /** The series it stands for: clusters with equal labels are told apart by it. */
  readonly series: string;
}

/**
 * How long a root whose state is unknown still is its alert's, should it be reported after all: longer than any source
 * waits before it repeats itself; ms.
 */
export const keepSettled = 60 * 86_400_000;

/** A root message of farmhand's own whose alert is not on record any more. */
export interface LostRoot extends PostedMessage {
  readonly id: AlertId;
  /** Absent: from a version that did not say it. */
  readonly state?: RootState;
  /** Nobody reported it in time, and since then its root says that its state is unknown; ms. */
  readonly settledAt?: number;
}

/** What a series is called whichever key it has: the first place that sends an alert has the plain one. */
export const seriesNameOf = ({ series, fingerprint }: Pick<Alert, 'series' | 'fingerprint'>): string =>
  series ?? fingerprint;

const longestText = 150;
const cut = (text: string): string => [...text].slice(0, longestText).join('');

/** What is told with a root message; small: Slack refuses metadata of more than a few kilobytes. */
export const rootState = (alert: Alert): RootState => {
  const facts = rootFacts(alert);
  const about = facts.subject[0]?.value;
  return {
    shown: rootHash(alert),
    series: seriesNameOf(alert),
    status: facts.status,
    severity: facts.severity,
    name: cut(facts.name),
    ...(about !== undefined && { about: cut(about) }),
    startsAt: facts.startsAt,
    firstStartsAt: facts.firstStartsAt,
    ...(facts.endsAt !== undefined && { endsAt: facts.endsAt }),
    fired: facts.fired,
    ...(facts.ack && { ack: facts.ack }),
    ...(facts.silence && { silence: { ...facts.silence, reason: cut(facts.silence.reason) } }),
    ...(facts.pinned && { pinned: facts.pinned }),
    ...(facts.ticket && { ticket: facts.ticket }),
  };
};

/**
 * Which of the lost roots is this alert's own; undefined when it needs a thread of its own. The id says it, and else
 * the series: a firing that goes on, or that follows within the window in which a thread is re-opened.
 */
export const ownRoot = (
  alert: Alert,
  roots: readonly LostRoot[],
  refireWindow: number,
): LostRoot | undefined => {
  const same = roots.filter(({ id, state }) => id === alert.id && mayBe(alert, state));
  if (same.length > 0) return oldest(same);
  const series = roots.filter(
    ({ state, settledAt }) =>
      state?.series === seriesNameOf(alert) &&
      // What began after that may be another firing: of one that ended unseen.
      (settledAt === undefined || alert.startsAt <= settledAt) &&
      follows(alert, state, refireWindow),
  );
  return series.toSorted((a, b) => (b.state?.startsAt ?? 0) - (a.state?.startsAt ?? 0))[0];
};

/** Another cluster's alert may have the same id; its end may be told by the other half of a pair. */
const mayBe = (alert: Alert, state: RootState | undefined): boolean =>
  state === undefined || state.series === seriesNameOf(alert) || alert.status === 'resolved';

/** Of several copies the first one counts, as everywhere. */
const oldest = (roots: readonly LostRoot[]): LostRoot | undefined =>
  roots.toSorted((a, b) => Number(a.ts) - Number(b.ts))[0];

const follows = (alert: Alert, root: RootState, refireWindow: number): boolean => {
  // The end of an older firing says nothing about the one that the root is about.
  if (alert.status === 'resolved' && (alert.endsAt ?? alert.eventTime) < root.startsAt) return false;
  // Of a group another member may report first, which had begun before.
  if (root.status === 'firing') return alert.group !== undefined || alert.startsAt >= root.firstStartsAt;
  return alert.startsAt - (root.endsAt ?? root.startsAt) <= refireWindow;
};

/** The record with its root found again: the thread is open, and what the message knew is back. */
export const withRoot = (alert: Alert, root: LostRoot, now: number): Alert => {
  const { id: _, state, settledAt, ...message } = root;
  const restored = state ? restore(alert, state, root.id === alert.id) : alert;
  const bare: Alert = {
    ...restored,
    channel: message.channel,
    thread: { state: 'open', ts: message.ts, at: now, shown: 'adopted' },
    ...(restored.group && { group: { ...restored.group, pages: [], adopted: true } }),
  };
  const over = bare.status === 'resolved' && state?.status !== 'resolved';
  const told = over ? addNote(bare, { kind: 'resolved', at: bare.endsAt ?? bare.eventTime }) : bare;
  const next = state?.ticket ? withTicketNews({ ...told, status: state.status }, told, now) : told;
  // What stands there already need not be written again.
  const current = settledAt === undefined && rootHash(told) === state?.shown;
  const shown = current ? state.shown : 'adopted';
  return { ...next, thread: { state: 'open', ts: message.ts, at: now, shown } };
};

const restore = (alert: Alert, root: RootState, sameId: boolean): Alert => {
  const after = root.endsAt ?? (alert.type === 'alertmanager' ? root.startsAt : Number.POSITIVE_INFINITY);
  const again = alert.startsAt > after;
  const goesOn = alert.status === 'firing' && root.status === 'firing' && !again;
  return {
    ...alert,
    firstStartsAt: Math.min(alert.firstStartsAt, root.firstStartsAt),
    startsAt: again ? alert.startsAt : Math.min(alert.startsAt, Math.max(root.startsAt, root.firstStartsAt)),
    fired: root.fired + (again ? 1 : 0),
    ...(goesOn && root.ack && !alert.ack && { ack: root.ack }),
    ...(root.silence && !alert.silence && { silence: root.silence }),
    ...(root.pinned && !alert.pinned && { pinned: root.pinned }),
    actions: actionsOf(alert, root, sameId),
  };
};

/**
 * A ticket that the message names is there. The keys of all other effects carry the alert's id: with the same id each
 * is looked up before it is made again; with another one nobody could find it, so it is not repeated.
 */
const actionsOf = (alert: Alert, { ticket }: RootState, sameId: boolean): readonly ActionState[] => {
  const kept = sameId ? alert.actions : alert.actions.filter(({ by }) => by !== undefined);
  if (!ticket) return kept;
  const asked = alert.actions.find(({ key }) => key === 'ticket')?.spec;
  const done = {
    key: 'ticket',
    kind: 'ticket',
    state: 'done',
    attempts: 1,
    nextAt: alert.lastSeen,
    // What the route asks for when the alert resolves is not in the message.
    spec: asked?.kind === 'ticket' ? asked : { kind: 'ticket' },
    at: alert.lastSeen,
    outcome: { id: ticket.key, ...(ticket.url !== undefined && { url: ticket.url }) },
  } as const satisfies ActionState;
  return [done, ...kept.filter(({ key }) => key !== done.key)];
};
