import { createFaults, type Faults } from './control/faults.ts';
import { createPacer, type Pacer, type Pacing } from './control/pacing.ts';
import type { SlackSeed } from './control/seed.ts';
import { createTriggers, type Triggers } from './gateway/triggers.ts';
import { createJournal, type Journal } from './journal.ts';
import type { Feed } from './messages/feed.ts';
import type { Inner } from './messages/inner.ts';
import { createMessages, type Messages } from './messages/messages.ts';

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  isMember: boolean;
  isArchived: boolean;
}

/** Everything the gateway knows. One for each local Slack. */
export interface Box {
  readonly seed: SlackSeed;
  readonly inner: Inner;
  readonly messages: Messages;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly pacer: Pacer;
  readonly triggers: Triggers;
  readonly channels: Map<string, Channel>;
  /** Tokens that were revoked on command. */
  readonly revoked: Set<string>;
  /** Members of user groups that were set on command; the rest are the seed's. */
  readonly usergroups: Map<string, readonly string[]>;
  /** How often each response URL was used; Slack allows five. */
  readonly responseUrls: Map<string, number>;
  /** There once the gateway has started. */
  feed?: Feed;
}

export const createBox = (options: {
  readonly seed: SlackSeed;
  readonly inner: Inner;
  readonly pacing: Pacing;
  readonly triggerMs: number;
}): Box => ({
  seed: options.seed,
  inner: options.inner,
  messages: createMessages(),
  faults: createFaults(),
  journal: createJournal(),
  pacer: createPacer(options.pacing),
  triggers: createTriggers(options.triggerMs),
  channels: seedChannels(options.seed),
  revoked: new Set(),
  usergroups: new Map(),
  responseUrls: new Map(),
});

export const seedChannels = (seed: SlackSeed): Map<string, Channel> =>
  new Map(
    seed.channels.map((channel) => [
      channel.id,
      {
        id: channel.id,
        name: channel.name,
        isPrivate: channel.private ?? false,
        isMember: channel.botIsMember ?? true,
        isArchived: false,
      },
    ]),
  );

/** The id behind `C0ALERTS`, `#alerts` or `alerts`. */
export const channelId = (box: Box, reference: string): string => {
  if (box.channels.has(reference)) return reference;
  const name = reference.replace(/^#/, '');
  return [...box.channels.values()].find((channel) => channel.name === name)?.id ?? reference;
};
