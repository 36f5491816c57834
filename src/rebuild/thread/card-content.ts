import { contentHash } from '../../core/hash.ts';
import { toldTo } from '../approvers/reminders.ts';
import type { Glass } from '../model/parts/glass.ts';
import type { Rebuild } from '../model/rebuild.ts';

/**
 * "Last seen alive" on the card is true to this, so that an idle rebuild is not shown again with every look; counted from
 * its start, so that the cards of all rebuilds do not come due at once. ms
 */
const aliveGrain = 5 * 60_000;
/** The same for the ETA. */
const etaGrain = 5 * 60_000;

/** Records never change, and each is asked about several times with a write. */
const known = new WeakMap<Rebuild, string>();

/** Hash of everything that the card shows, and of what its metadata must not lack. Rounded as the card rounds. */
export const cardContent = (rebuild: Rebuild): string => {
  const before = known.get(rebuild);
  if (before !== undefined) return before;
  const content = contentOf(rebuild);
  known.set(rebuild, content);
  return content;
};

const contentOf = (rebuild: Rebuild): string => {
  const { steps, farmers, synchronizer, progress, ticket, offer, seenAt } = rebuild;
  return contentHash([
    rebuild.phase,
    steps.map(({ name, state, says, startedAt, endedAt, deadline, ask }) => [
      name,
      state,
      says,
      startedAt,
      endedAt,
      deadline,
      ask,
    ]),
    [farmers.wanted, farmers.target, farmers.minimum, pods(farmers.seen)],
    [synchronizer.wanted, synchronizer.guardian, pods(synchronizer.seen)],
    progress && [
      progress.of,
      Math.floor(progress.percent),
      progress.farmers,
      grain(progress.eta, etaGrain),
      progress.perHour?.toPrecision(2),
    ],
    rebuild.frontends,
    rebuild.pause,
    rebuild.overrides.length,
    rebuild.approval,
    rebuild.confirmed,
    rebuild.asked,
    toldOf(rebuild),
    rebuild.plan.hash,
    rebuild.plannedAt,
    rebuild.drift,
    offer && [offer.farmers, grain(offer.eta, etaGrain)],
    rebuild.end,
    rebuild.stalledSince,
    seenAt === undefined ? undefined : grain(seenAt - rebuild.at, aliveGrain),
    [ticket.state, ticket.key, ticket.error],
    rebuild.alerts,
    rebuild.effects.map(({ key, state }) => [key, state]),
    // Nothing where there is none: cards from before are not shown once more for it.
    ...(rebuild.glass ? [rebuild.glass.map(glassOf)] : []),
    ...(rebuild.rest ? [rebuild.rest] : []),
    ...(rebuild.frozen ? [rebuild.frozen.by.map(({ n, until }) => [n, until])] : []),
    ...(rebuild.nearEnd ? [rebuild.nearEnd] : []),
  ]);
};

/** Who could approve it, and whom Slack did not let farmhand tell. */
const toldOf = ({ approvers, messages = [] }: Rebuild) =>
  approvers && [
    approvers.people,
    approvers.count,
    approvers.roles,
    approvers.unknown,
    approvers.untold,
    messages
      .filter(({ closing }) => !closing)
      .map((message) => [toldTo(message), message.state, message.error]),
  ];

/** What of a broken glass is shown. */
const glassOf = ({ by, until, endedAt, did, task, review }: Glass) => [
  ...[by.id, until, endedAt, did.length, task?.key, review?.at],
];

const pods = (seen: Rebuild['farmers']['seen']) =>
  seen && [seen.wanted, seen.ready, seen.troubles.map(({ pod, kind, says }) => [pod, kind, says])];

const grain = (at: number | undefined, size: number): number | undefined =>
  at === undefined ? undefined : Math.floor(at / size);
