import { keepSettled } from './lost-root.ts';

/**
 * farmhand's records are gone, or may be. On record beside the mark, so that every process sees it; written by the one
 * that holds the lease. Times in ms.
 */
export interface Recovery {
  /** `empty`: nothing was there. `older`: an older copy. `unattended`: no process was left that would have noticed. */
  readonly why: 'empty' | 'older' | 'unattended';
  /** That records are gone is known. Else the channels are looked at first: this may be the first start ever. */
  readonly sure: boolean;
  /** Nothing was lost: this region was promoted, and the records of before are those of another one. */
  readonly promoted?: true;
  readonly since: number;
  /** Channels are read back to this. */
  readonly from: number;
  /**
   * `reading`: nothing is posted or changed in clusters until it is known which roots and rebuilds are there.
   * `rebuilds`: it is known; what was found is told. `over`: farmhand works as usual, but for the instances of rebuilds
   * that are lost (`LostRebuild`).
   */
  readonly phase: 'reading' | 'rebuilds' | 'over';
  readonly channels: Readonly<Record<string, ChannelRead>>;
  /** Records of rebuilds in flight were held against their cards. `behind`: what their cards know is newer. */
  readonly cards?: CardsChecked;
  /** The message about it. */
  readonly notice?: { readonly channel: string; readonly ts: string; readonly shown: string };
  /** The notice is not tried before. */
  readonly noticeAt?: number;
  readonly ended?: { readonly at: number; readonly by?: string };
  /** An earlier one that is over but not settled: it goes on when this one finds nothing. */
  readonly before?: Recovery;
  /** How many were marked as unknown so far. */
  readonly unknown?: number;
  /** What nobody reported within the time is marked as unknown. */
  readonly settled?: { readonly at: number; readonly unknown: number };
}

export type ChannelRead =
  | { readonly state: 'wanted'; readonly error?: string; readonly failingSince?: number }
  /**
   * `roots`: threads without a record; `firing` of them; `back`: how far it was read. `rebuilds`: cards of rebuilds in
   * flight without a record, or with an older one.
   */
  | {
      readonly state: 'read';
      readonly roots: number;
      readonly firing: number;
      readonly back: number;
      readonly rebuilds?: number;
    }
  | { readonly state: 'unreadable'; readonly error: string };

export type CardsChecked =
  | { readonly state: 'wanted'; readonly error: string; readonly failingSince: number }
  /** `unread`: how many could not be read, and are taken to be as their records say. */
  | { readonly state: 'read'; readonly behind: number; readonly unread: number };

export type RecoveryStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'read'; readonly channel: string }
  /** Whether the records of rebuilds in flight are behind their cards. */
  | { readonly do: 'check' }
  /** Records are surely gone: roots were found that are not on record. */
  | { readonly do: 'confirm' }
  /** Nothing is missing. */
  | { readonly do: 'dismiss' }
  | { readonly do: 'go_on' }
  | { readonly do: 'tell' }
  | { readonly do: 'end' }
  | { readonly do: 'settle' };

/** Reading long histories is told of before it is done; ms. */
const tellAfter = 10_000;

/** Pure: the next thing to do. `shown` is a key of what the notice would say now. */
export const recoveryStep = (
  recovery: Recovery,
  view: {
    readonly now: number;
    readonly shown: string;
    readonly settleAfter: number;
  },
): RecoveryStep => {
  const { phase, sure, channels } = recovery;
  const { now } = view;
  const tell = sure && recovery.notice?.shown !== view.shown && (recovery.noticeAt ?? 0) <= now;
  switch (phase) {
    case 'reading': {
      if (tell && !recovery.notice && now - recovery.since > tellAfter) return { do: 'tell' };
      const next = nextChannel(channels);
      if (next !== undefined) return { do: 'read', channel: next };
      if (recovery.cards?.state !== 'read') return { do: 'check' };
      if (sure) return { do: 'go_on' };
      return lossFound(recovery) ? { do: 'confirm' } : { do: 'dismiss' };
    }
    case 'rebuilds':
      return tell ? { do: 'tell' } : { do: 'end' };
    case 'over':
      if (tell) return { do: 'tell' };
      if (recovery.settled || now - recovery.since < view.settleAfter) return { do: 'nothing' };
      return { do: 'settle' };
    default:
      return phase satisfies never;
  }
};

/** One that does not answer comes after the others. */
const nextChannel = (channels: Recovery['channels']): string | undefined =>
  Object.entries(channels)
    .flatMap(([channel, read]) =>
      read.state === 'wanted' ? [{ channel, failing: read.failingSince ?? 0 }] : [],
    )
    .toSorted((a, b) => a.failing - b.failing)[0]?.channel;

/** Threads or rebuilds that are not on record, or not as their messages know it. */
const lossFound = ({ channels, cards }: Recovery): boolean =>
  Object.values(channels).some((read) => read.state === 'read' && read.roots + (read.rebuilds ?? 0) > 0) ||
  (cards?.state === 'read' && cards.behind > 0);

/** Nothing more is to be done about it. */
export const isDone = ({ phase, settled }: Recovery): boolean => phase === 'over' && settled !== undefined;

/** Roots that say that their state is unknown may still be reported. */
export const mayReturn = ({ settled }: Recovery, now: number): boolean =>
  settled !== undefined && settled.unknown > 0 && now - settled.at < keepSettled;

/** Every channel is to be read, from the beginning. */
export const wanted = (channels: readonly string[]): Recovery['channels'] =>
  Object.fromEntries(channels.map((channel) => [channel, { state: 'wanted' }]));

/** Found out after a stop of all: reading once more, as far back as threads may be open. */
export const confirmed = ({ before: _, ...recovery }: Recovery, from: number): Recovery =>
  recovery.why === 'unattended'
    ? { ...recovery, why: 'older', sure: true, from, channels: wanted(Object.keys(recovery.channels)) }
    : { ...recovery, sure: true };

/**
 * The recovery that a new epoch begins with. One that was under way when everything stopped begins again; one that only
 * waits for signs of alerts goes on if nothing new is found.
 */
export const begun = (fresh: Recovery, found: Recovery | undefined): Recovery => {
  if (!found || isDone(found) || fresh.sure) return fresh;
  if (found.phase === 'over') return { ...fresh, before: found };
  const from = Math.min(fresh.from, found.from);
  const { cards: _, ...rest } = found;
  return { ...rest, from, phase: 'reading', channels: wanted(Object.keys(found.channels)) };
};

/** Nothing was missing. */
export const dismissed = ({ before, ...recovery }: Recovery, now: number): Recovery =>
  before ?? { ...recovery, phase: 'over', settled: { at: now, unknown: 0 } };
