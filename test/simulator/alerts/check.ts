import { pageFacts, pageKey, rowsPerPage } from '../../../src/alerts/groups/pages.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { rootFacts } from '../../../src/alerts/thread/root-facts.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { ofCalls, type QuietSpan } from '../calls.ts';
import { ofShared } from '../lists.ts';
import type { History } from './histories.ts';
import type { OutsideSystems } from './outside.ts';
import { booksOf } from './records.ts';
import { keyOfEvent, type RecordsState } from './records-state.ts';
import type { SimMessage, SimSlack } from './slack.ts';

export interface EndState {
  readonly state: RecordsState;
  readonly slack: SimSlack;
  readonly histories: readonly History[];
  readonly told: OutsideSystems['told'];
  readonly paged: OutsideSystems['paged'];
  readonly quiet: QuietSpan | undefined;
  readonly made: OutsideSystems['made'];
}

/** What must hold at rest; every breach as a sentence. */
export const breaches = (end: EndState): readonly string[] => {
  const alerts = [...end.state.series.values(), ...end.state.archive.values()];
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return [
    ...alerts.flatMap((alert) => ofThread(alert, end)),
    ...alerts.flatMap(ofActions),
    ...alerts.flatMap((alert) => ofShared(alert, byId, end.made)),
    ...alerts.flatMap((alert) => ofCalls(alert, end.state.calls, end.slack, end.quiet)),
    ...alerts.flatMap((alert) => ofTickets(alert, end)),
    ...alerts.flatMap((alert) => ofPagers(alert, end)),
    ...strangers(alerts, end),
    ...end.slack.unlooked.map((id) => `I1 ${id}: posted again although its root message could be found`),
    ...end.slack.doubled.map((id) => `I4 ${id}: two calls at once of one process`),
    ...end.state.trespasses.map((trespass) => `I4 ${trespass}`),
    ...takenOnce(alerts, end),
    ...alerts.flatMap((alert) => ofGroup(alert, alerts, end)),
    ...ofBooks(end),
    ...ofLanes(end),
    ...end.histories.flatMap((history) => ofHistory(history, end)),
  ];
};

const withKey = (slack: SimSlack, kind: string, id: string): readonly SimMessage[] =>
  [...slack.messages.values()].filter(({ key }) => key.kind === kind && key.id === id);

/** I1, I3: one root message where the record says, which shows what the record says; each reply once. */
const ofThread = (alert: Alert, { slack }: EndState): readonly string[] => {
  const { id, thread } = alert;
  const roots = withKey(slack, 'alert', id);
  if (thread.state === 'wanted' || thread.state === 'posting') return [`${id}: still ${thread.state}`];
  if (thread.state === 'folded' && alert.status === 'firing') return [`I1 ${id}: fires, and was folded`];
  if (thread.state !== 'open') {
    return roots.length === 0 ? [] : [`I1 ${id}: ${thread.state}, but has ${roots.length} root messages`];
  }
  const found: string[] = [];
  if (roots.length !== 1) found.push(`I1 ${id}: ${roots.length} root messages`);
  const root = roots.find(({ ts, channel }) => ts === thread.ts && channel === alert.channel);
  if (!root?.alert) return [...found, `I1 ${id}: the root message on record is not there`];
  const shown = JSON.stringify(rootFacts(root.alert));
  const present = JSON.stringify(rootFacts(alert));
  if (shown !== present) found.push(`${id}: its root shows ${shown} instead of ${present}`);
  if (alert.notes.length > 0 || thread.posting)
    found.push(`${id}: notes unsaid: ${JSON.stringify(alert.notes)}`);
  if (thread.lookAgain !== undefined || thread.possibleDuplicate) found.push(`${id}: never healed`);
  const said = [...slack.messages.values()].filter(
    ({ key }) => key.kind === 'note' && key.id.startsWith(`${id}#`),
  );
  const numbers = said.flatMap(({ notes }) => notes.map(({ n }) => n));
  if (new Set(numbers).size !== numbers.length)
    found.push(`I3 ${id}: said twice: notes ${numbers.join(' ')}`);
  const told = said.flatMap(({ notes }) =>
    notes.filter(({ kind }) => kind === 'ticket' || kind === 'silenced'),
  );
  const asked = alert.actions.filter(({ kind }) => kind === 'ticket' || kind === 'silence');
  if (told.length > asked.length)
    found.push(`I3 ${id}: ${told.length} results of ${asked.length} actions said`);
  return found;
};

/** I3: each event counts once for its alert, however often it came. */
const takenOnce = (alerts: readonly Alert[], { histories }: EndState): readonly string[] => {
  const taken = alerts.filter(({ group }) => !group).reduce((sum, { events }) => sum + events, 0);
  const sent = new Set(histories.flatMap(({ sendings }) => sendings.map(({ event }) => event.id))).size;
  return taken === sent ? [] : [`I3: ${sent} events were sent, alerts have taken in ${taken}`];
};

const ofActions = (alert: Alert): readonly string[] =>
  alert.actions
    .filter(({ state }) => state === 'waiting' || state === 'running')
    .map(({ key, state }) => `${alert.id}: action ${key} is still ${state}`);

/** I3, I11: a ticket is told each thing once, in its order, and last of all how its alert is. */
const ofTickets = ({ id, status, actions }: Alert, { told }: EndState): readonly string[] =>
  actions.flatMap(({ kind, state, outcome, by }) => {
    if (kind !== 'ticket' || state !== 'done' || !outcome) return [];
    const all = told.get(outcome.id) ?? [];
    const found: string[] = [];
    if (new Set(all.map(({ key }) => key)).size !== all.length)
      found.push(`I3 ${id}: its ticket was told twice`);
    if (all.some(({ moves }) => moves !== 1))
      found.push(`I3 ${id}: its ticket was not moved once for each news`);
    if (all.some(({ state: one }, i) => one === all[i - 1]?.state)) {
      found.push(`I3 ${id}: its ticket was told ${all.map((one) => one.state).join(' ')}`);
    }
    const last = all.at(-1)?.state;
    const wanted = status === 'resolved' ? 'resolved' : 'refired';
    // Whoever asked for it asked when the alert was over, or it never was over.
    const untold = last === undefined && (by !== undefined || status === 'firing');
    if (last !== wanted && !untold) found.push(`I11 ${id}: ${status}, and its ticket was told ${last}`);
    return found;
  });

/** I13: a pager knows how its alert is, and opens one incident a firing at the most. */
const ofPagers = (alert: Alert, { paged }: EndState): readonly string[] => {
  const { id, status, ack, actions, fired } = alert;
  if (!actions.some(({ kind }) => kind === 'pager')) return [];
  const { said, opened, refused } = paged.get(id) ?? { said: undefined, opened: 0, refused: undefined };
  const wanted = status === 'resolved' ? 'resolve' : ack ? 'acknowledge' : 'trigger';
  // Its refusal stands in the thread, and it is asked for something else only when there is.
  const isRefused =
    refused === wanted &&
    actions.some(({ spec, state }) => spec.kind === 'pager' && state === 'failed' && spec.say === wanted);
  const found: string[] = [];
  // Who acknowledges another firing before anybody was called for it is enough: nothing is open there.
  const nobodyCalled = wanted === 'acknowledge' && said === 'resolve' && opened < fired;
  if (!isRefused && (said === undefined ? wanted === 'trigger' : said !== wanted && !nobodyCalled))
    found.push(`I13 ${id}: ${status}, and its pager was told ${said} instead of ${wanted}`);
  if (opened > fired) found.push(`I13 ${id}: fired ${fired} times, and opened ${opened} incidents`);
  return found;
};

/** Messages of alerts that are not on record. */
const strangers = (alerts: readonly Alert[], { slack }: EndState): readonly string[] => {
  const ids = new Set(alerts.map(({ id }) => id));
  return [...slack.messages.values()]
    .filter(({ key }) => key.kind === 'alert' && !ids.has(key.id))
    .map(({ key }) => `I1 ${key.id}: has a root message and no record`);
};

/** What a group says is true of its members, it has one list of them, and one thread as long as the window lasts. */
const ofGroup = (alert: Alert, alerts: readonly Alert[], { state, slack }: EndState): readonly string[] => {
  const { id, memberOf, group, ack, previous } = alert;
  if (memberOf && hasLate(state.journals.get(id) ?? []))
    return [`${id}: has an acknowledgement of before it fired`];
  if (memberOf && !state.series.get(memberOf.group)?.group) return [`${id}: its group has no record`];
  if (!group || state.series.get(alert.fingerprint)?.id !== id) return [];
  const firing = alerts.filter((one) => one.memberOf?.group === alert.fingerprint && one.status === 'firing');
  const found: string[] = [];
  if (group.firing !== firing.length) found.push(`${id}: says ${group.firing} fire, and ${firing.length} do`);
  if ((alert.status === 'firing') !== firing.length > 0)
    found.push(`${id}: ${alert.status}, ${firing.length} fire`);
  const nobodys = firing.filter((one) => !one.ack).length;
  if (group.acknowledged !== firing.length - nobodys)
    found.push(`${id}: ${nobodys} of ${firing.length} unacknowledged`);
  if (ack) {
    const missed = firing.filter((one) => !one.ack && (one.memberOf?.at ?? 0) <= ack.at);
    if (missed.length > 0) found.push(`${id}: its acknowledgement has not reached ${missed.length}`);
  }
  found.push(...ofSilences(alert, firing, state.journals));
  const before = alerts.find((one) => one.id === previous?.id);
  if (before && alert.firstStartsAt - (before.endsAt ?? 0) <= 1_800_000)
    found.push(`I1 ${id}: a second one within the window`);
  const acks = state.journals.get(id)?.filter(({ what }) => what === 'ack').length ?? 0;
  const told = [...slack.messages.values()]
    .filter(({ key }) => key.kind === 'note' && key.id.startsWith(`${id}#`))
    .flatMap(({ notes }) => notes.filter(({ kind }) => kind === 'acknowledged'));
  if (told.length > acks) found.push(`I3 ${id}: ${acks} acknowledgements, told ${told.length} times`);
  return [...found, ...ofPages(alert, slack)];
};

/** What the clocks of two processes may differ by; ms. */
const skew = 2_000;

/** A silence of all reaches everybody who fires, and is over for them with its end. */
const ofSilences = (
  { id, actions, silence }: Alert,
  firing: readonly Alert[],
  journals: RecordsState['journals'],
): readonly string[] => {
  const found: string[] = [];
  for (const { key, spec, at } of actions) {
    // Of a list that has only some of it: it is told there, and the members have it by themselves.
    if (spec.kind !== 'silence' || spec.list?.self === false) continue;
    const done = journals.get(id)?.find(({ what }) => what === `${key}_done`)?.at;
    // Little was left of it when it was made.
    if (done === undefined || at + spec.durationMs - done < 600_000) continue;
    const missed = firing.filter(
      (one) =>
        (one.memberOf?.at ?? 0) <= done &&
        // One that was silenced by itself before is not silenced again.
        !journals
          .get(one.id)
          ?.some(
            ({ what, at: then }) =>
              what === 'silence' || (/^silence.*_done$/.test(what) && then >= at - skew),
          ),
    );
    if (missed.length > 0) found.push(`${id}: its silence has not reached ${missed.length}`);
  }
  const silent = firing.filter((one) => !silence && one.silence && withGroup(journals.get(one.id) ?? []));
  if (silent.length > 0) found.push(`${id}: its silence is over, and ${silent.length} are silenced`);
  return found;
};

const withGroup = (journal: readonly JournalEntry[]): boolean =>
  journal.findLast(({ what }) => /^silence.*_done$/.test(what))?.why === 'with its group';

/** Its group was acknowledged before this firing came in. */
const hasLate = (journal: readonly JournalEntry[]): boolean =>
  journal.some(
    ({ what, why, at }, i) =>
      what === 'ack' &&
      why === 'with its group' &&
      journal.slice(0, i).some((line) => (line.what === 'opened' || line.what === 'refired') && line.at > at),
  );

const ofPages = (alert: Alert, slack: SimSlack): readonly string[] => {
  const { id, thread, group } = alert;
  if (!group || thread.state !== 'open') return [];
  const wanted = group.firing + group.resolved < 2 ? 0 : Math.ceil(group.rows.length / rowsPerPage);
  return Array.from({ length: Math.max(wanted, group.pages.length) }, (_, page): readonly string[] => {
    const there = withKey(slack, 'members', pageKey(alert, page));
    if (group.pages[page]?.state === 'failed') return [];
    if (there.length !== 1) return [`I3 ${id}: ${there.length} messages of its page ${page}`];
    const [shown] = there.flatMap((message) => message.alert ?? []);
    const same = shown && JSON.stringify(pageFacts(shown, page)) === JSON.stringify(pageFacts(alert, page));
    return same ? [] : [`${id}: its page ${page} is out of date`];
  }).flat();
};

/** I2: every event has one outcome. */
const ofBooks = ({ state, histories }: EndState): readonly string[] => {
  const books = booksOf(state);
  const sum = books.threaded + books.merged + books.suppressed + books.rejected;
  const found: string[] = [];
  if (books.pending !== 0) found.push(`I2: ${books.pending} events are pending`);
  if (books.received !== sum) found.push(`I2: received ${books.received}, accounted for ${sum}`);
  for (const { sendings } of histories) {
    for (const { event } of sendings) {
      const record = state.events.get(keyOfEvent(event.id));
      if (!record) found.push(`I2: event ${event.id} is not on record`);
      else if (record.reason === 'opened' || record.reason === 'reopened')
        found.push(`I2: event ${event.id} is left as ${record.reason}`);
    }
  }
  return found;
};

const ofLanes = ({ state }: EndState): readonly string[] =>
  [...state.lanes].flatMap(([channel, { posts, updates, parked, groups }]) => [
    ...[...groups.keys()].map((name) => `${channel}: the group ${name} is still to be gathered`),
    ...(posts.size + updates.size > 0
      ? [`${channel}: still queued: ${[...posts.keys(), ...updates.keys()].join(' ')}`]
      : []),
    ...[...parked]
      .filter(([, { until }]) => until < state.clock())
      .map(([id]) => `${channel}: ${id} overslept`),
    ...(state.digests.has(channel) ? [`${channel}: its digest was never closed`] : []),
  ]);

/** I11: whatever the order of arrival, the record ends as the series really did. */
const ofHistory = ({ fingerprint, status }: History, { state }: EndState): readonly string[] => {
  const alert = state.series.get(fingerprint);
  if (!alert) return [`${fingerprint}: no alert on record`];
  return alert.status === status ? [] : [`I11 ${alert.id}: ${alert.status}, but really ${status}`];
};
