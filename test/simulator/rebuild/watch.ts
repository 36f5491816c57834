import type { AuditEntry } from '../../../src/audit/record.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded, keepsFarmers, openEffect } from '../../../src/rebuild/model/record.ts';
import { type StepName, stepNames } from '../../../src/rebuild/model/steps.ts';
import type { RebuildWorld } from '../../fakes/rebuilds/rebuild-outside.ts';

const isOver = (rebuild: Rebuild, i: number): boolean => {
  const state = rebuild.steps[i]?.state;
  return state === 'done' || state === 'skipped' || state === 'failed';
};

/** From this percentage of a rebuild on there is work to lose. */
export const workFrom = 10;

/** The furthest that the record says it came. */
const cameTo = ({ reached = 0, progress, steps }: Rebuild): number =>
  steps.some(({ name, state }) => name === 'rebuild' && state === 'done')
    ? 100
    : Math.max(reached, progress?.of === 'rebuild' ? progress.percent : 0);

/** What no single write may do; every breach as a sentence. */
export const badWrite = (
  before: Rebuild,
  after: Rebuild,
  journal: readonly JournalEntry[],
  /** The process, or `person`. */
  writer: string,
  world: RebuildWorld,
  now: number,
): readonly string[] => {
  const who = writer === 'person' ? 'person' : 'drive';
  const found: string[] = [];
  const say = (text: string) => found.push(text);
  const open = after.effects.filter(({ state }) => state === 'claimed');
  if (open.length > 1) say(`I3 two changes at once: ${open.map(({ key }) => key).join(', ')}`);
  const turned = before.phase === 'running' && after.phase !== 'running';
  const goneBack = stepNames.filter((_, i) => isOver(before, i) && !isOver(after, i));
  const ending = after.phase === 'cancelling' || after.phase === 'failing';
  const allowed = (name: StepName) => who === 'person' || ((turned || ending) && name === 'teardown');
  for (const name of goneBack) if (!allowed(name)) say(`I8 ${name} went back by itself`);
  if (hasEnded(before) && who === 'drive') say('I8 changed after its end');
  if (before.phase !== 'running' && after.phase === 'running') say('I8 came back from its end');

  const claimed = after.effects.find(
    ({ state, claim }) => state === 'claimed' && !before.effects.some((old) => old.claim === claim),
  );
  if (claimed) {
    const again = openEffect(before)?.key === claimed.key;
    if (who === 'person') say('I4 a command claimed a change');
    if (!journal.some(({ what }) => what === 'intends')) say(`I5 ${claimed.key}: not in the journal`);
    if (before.pause && !again) say(`I8 ${claimed.key}: begun while it is ${before.pause.state}`);
    if (before.ticket.state !== 'open' && before.ticket.state !== 'none') say(`I7 ${claimed.key}: no ticket`);
    if (before.plan.instance.approval && !before.approval) say(`I7 ${claimed.key}: no approval`);
    const { effect } = claimed;
    if (effect.kind === 'run' && effect.run === 'rebuild') {
      const ready = after.farmers.seen?.ready ?? 0;
      if (ready < before.farmers.minimum || ready < 1) say(`a rebuild ordered with ${ready} farmers`);
    }
    if (effect.kind === 'run' && before.phase !== 'running') say('a run ordered in the teardown');
    const last = before.effects.findLast(({ key }) => key === claimed.key);
    if (last?.state === 'done') say(`I3 ${claimed.key}: claimed again after it was done`);
  }
  if (who === 'drive' && !hasEnded(before) && hasEnded(after)) {
    if (open.length > 0) say('I8 ended with a change under way');
    const farmers = world.lookAt('farmer');
    const foreign = farmers.changedBy?.manager === 'somebody';
    if (farmers.pods.length > 0 && !keepsFarmers(after) && !foreign)
      say(`ended with ${farmers.pods.length} farmers up`);
    if (after.phase === 'failed' && after.end === undefined) say('failed without a reason');
  }
  if (!hasEnded(after) && after.driveAt === undefined) say('I8 never to be looked at again');
  const open0 = openEffect(before);
  const settled =
    open0 && after.effects.find(({ claim, state }) => claim === open0.claim && state !== 'claimed');
  const told = settled?.state === 'failed' || settled?.id !== undefined;
  if (settled && told && !settled.error?.startsWith('given up') && !open0?.claim.startsWith(`${writer}.`)) {
    say(`I4 ${settled.key}: ${writer} says how a change of ${open0?.claim} ended`);
  }
  const { drift } = after;
  if (drift && drift.at !== before.drift?.at && !world.foreign.some(({ role }) => role === drift.role)) {
    say(`drift of ${drift.role} from ${drift.expected} to ${drift.found}, and nobody changed it`);
  }
  const pausedAt = before.pause?.pausedAt;
  if (before.pause?.state === 'paused' && pausedAt === undefined) say('paused since nobody knows when');
  if (pausedAt !== undefined && !after.pause && after.pausedMs - before.pausedMs < now - pausedAt - 2_000) {
    say('paused time counts');
  }
  if (
    turned &&
    cameTo(before) >= workFrom &&
    after.end?.errors.some((error) => /^Nobody answered/.test(error))
  ) {
    say(`I8 nobody answered, and ${Math.floor(cameTo(before))} % were thrown away`);
  }
  if (after.rest && !before.rest) {
    const { state } = world.lookAtEngine(before.id).rebuild;
    if (state === 'running' || state === 'waiting') say('the farmers of a run that goes on were taken down');
    if (!before.steps.some(({ ask }) => ask)) say('farmers rest, and nobody was asked');
  }
  if (before.rest && !after.rest && !before.pause) {
    const counted = (after.restedMs ?? 0) - (before.restedMs ?? 0);
    if (counted < now - before.rest.at - 2_000) say('time at rest counts');
  }
  const [asked, asks] = [before.asking, after.asking];
  if (asked && asks && asked.since === asks.since && asked.code === asks.code && asks.told < asked.told) {
    say('somebody is told of a question once more');
  }
  return found;
};

/** What must hold of the world, whatever was done to it. */
export const badWorld = ({ scales, orders, foreign, mostAway }: RebuildWorld): readonly string[] => [
  ...scales
    .filter(({ key, role, at }, i) => {
      const before = scales.slice(0, i).findLast((scale) => scale.key === key);
      // What somebody else undid before it was known to be done is not done twice.
      return (
        before && !foreign.some((change) => change.role === role && change.at >= before.at && change.at <= at)
      );
    })
    .map(({ key }) => `I3 ${key}: scaled twice`),
  ...orders
    .filter(({ key }, i) => orders.findIndex((order) => order.key === key) !== i)
    .map(({ key }) => `I3 ${key}: ordered twice`),
  ...orders
    .filter(({ othersAway }) => othersAway > 0)
    .map(({ key }) => `${key}: ordered while another frontend was away`),
  ...(mostAway > 1 ? [`${mostAway} frontends away at once`] : []),
];

/** I5: every change has its intent, every intent in the end its outcome, and none is told twice. */
export const badProof = (
  audit: readonly AuditEntry[],
  { scales, orders }: RebuildWorld,
  rebuild: Rebuild,
): readonly string[] => {
  const intents = audit.filter(({ type }) => type === 'change_intent');
  const outcomes = audit.filter(({ type }) => type === 'change_outcome');
  const keys = new Set(intents.map(({ correlation }) => correlation?.['key']));
  const said = (entry: AuditEntry) => outcomes.filter(({ action_id }) => action_id === entry.action_id);
  const final = (entry: AuditEntry) => said(entry).filter(({ outcome }) => outcome !== 'unknown');
  const again = (entry: AuditEntry) =>
    intents.filter(({ correlation }) => correlation?.['key'] === entry.correlation?.['key']).at(-1) !== entry;
  return [
    ...[...scales, ...orders]
      .filter(({ key }) => !keys.has(key))
      .map(({ key }) => `I5 ${key}: changed without an intent`),
    ...intents
      .filter((entry, i) => intents.findIndex(({ action_id }) => action_id === entry.action_id) !== i)
      .map(({ action_id }) => `I5 ${action_id}: intended twice`),
    ...intents
      .filter((entry) => final(entry).length > 1)
      .map(({ action_id }) => `I5 ${action_id}: ended twice`),
    ...intents
      .filter(
        (entry) =>
          hasEnded(rebuild) && final(entry).length === 0 && (said(entry).length === 0 || !again(entry)),
      )
      .map(({ action_id }) => `I5 ${action_id}: nobody knows how it ended`),
    ...outcomes
      .filter(({ action_id }) => !intents.some((entry) => entry.action_id === action_id))
      .map(({ action_id }) => `I5 ${action_id}: an outcome without an intent`),
  ];
};

/** At rest it has ended, or visibly waits for a person. */
export const badEnd = (rebuild: Rebuild): readonly string[] => {
  if (hasEnded(rebuild)) return [];
  const asks = rebuild.steps.some(({ ask }) => ask !== undefined);
  if (rebuild.frozen) return ['I8 all is thawed, and it is frozen'];
  if (asks || rebuild.pause) return [];
  const step = rebuild.steps.find(({ state }) => state === 'running');
  return [`I8 neither ended nor waiting: ${rebuild.phase} ${step?.name} ${step?.says}`];
};
