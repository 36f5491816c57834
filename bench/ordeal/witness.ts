import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackControl } from '../../sandbox/slack/control/control.ts';
import type { JournalEntry } from '../../sandbox/slack/journal.ts';
import type { Act, State } from './acts.ts';
import type { Seen, Standing } from './judge.ts';

export interface Witness {
  /** All that Slack was made to show, until now. */
  seen(channels: readonly string[]): Promise<Seen>;
  stop(): Promise<void>;
}

/** Follows Slack's own journal while it happens: it keeps the last 50,000 calls only. */
export const startWitness = (control: SlackControl): Witness => {
  const acts: Act[] = [];
  const refused = new Map<string, number>();
  const series = new Map<string, string>();
  let last = 0;
  let open = true;

  const take = (entry: JournalEntry): void => {
    last = entry.n;
    const { method, channel, ts, outcome } = entry;
    if (!/^chat\.(postMessage|update|delete)$/.test(method) || channel === undefined) return;
    if (outcome !== 'ok') {
      const what = `${method} ${outcome}`;
      refused.set(what, (refused.get(what) ?? 0) + 1);
      return;
    }
    const at = entry.at + entry.ms;
    const place = `${channel} ${ts}`;
    const root = method !== 'chat.postMessage' || entry.threadTs === undefined;
    if (method === 'chat.postMessage' && root) {
      const id = /^farmhand_alert:([0-9a-f]{16})-/.exec(entry.key ?? '')?.[1];
      if (id !== undefined) series.set(place, id);
    }
    const of = series.get(root ? place : `${channel} ${entry.threadTs}`);
    const kind =
      method === 'chat.delete' ? 'removed' : !root ? 'line' : method === 'chat.update' ? 'update' : 'root';
    acts.push({
      ...{ at, channel, kind },
      ...(of !== undefined && { series: of }),
      ...(root && entry.text !== undefined && { shows: stateIn(entry.text) }),
    });
  };
  let looking: Promise<void> = Promise.resolve();
  // One after the other: two at once would count the same entries.
  const look = (): Promise<void> => {
    looking = looking.then(async () => {
      for (const entry of await control.journal(last)) take(entry);
    });
    return looking;
  };
  const follow = async (): Promise<void> => {
    while (open) {
      await look();
      await sleep(500);
    }
  };
  const following = follow();

  return {
    seen: async (channels) => {
      await look();
      const standing: Standing[] = [];
      for (const channel of channels) {
        for (const message of await control.messages(channel)) {
          if (message.deleted || message.ephemeralTo !== undefined) continue;
          const of = series.get(`${channel} ${message.threadTs ?? message.ts}`);
          if (of === undefined) continue;
          if (message.threadTs !== undefined) standing.push({ series: of, is: 'line', text: message.text });
          else standing.push({ series: of, is: 'root', shows: stateIn(message.text) });
        }
      }
      return { acts: acts.toSorted((a, b) => a.at - b.at), standing, refused };
    },
    stop: async () => {
      open = false;
      await following;
    },
  };
};

const stateIn = (text: string): State => {
  if (/^\S+ Resolved\b/.test(text)) return 'resolved';
  if (/^\S+ Firing\b/.test(text)) return 'firing';
  return 'unknown';
};
