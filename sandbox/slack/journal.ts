import { type Args, record, text } from './args.ts';

/** One call that arrived, or one interaction that was sent to the app. */
export interface JournalEntry {
  readonly n: number;
  /** Web API method, `response_url`, or `socket:slash_commands` and the like. */
  readonly method: string;
  readonly channel?: string;
  /** The message that it was about, or that it made. */
  readonly ts?: string;
  readonly threadTs?: string;
  /** `event_type:id` of the metadata that it carried. */
  readonly key?: string;
  /** Its text, 80 characters at most. */
  readonly text?: string;
  /** When it arrived, ms. */
  readonly at: number;
  /** How long it took, ms; for an interaction: until the app acknowledged it. */
  readonly ms: number;
  /** `ok`, `error:channel_not_found`, `rate_limited`, `fault:accept_then_drop`, `not_acknowledged` … */
  readonly outcome: string;
}

export type JournalLine = Omit<JournalEntry, 'n'>;

export interface Journal {
  add(line: JournalLine): void;
  /** Entries after number `since`, oldest first. */
  read(since?: number): readonly JournalEntry[];
  clear(): void;
}

const most = 50_000;

export const createJournal = (): Journal => {
  let entries: JournalEntry[] = [];
  let n = 0;
  return {
    add: (line) => {
      n++;
      entries.push({ n, ...line });
      if (entries.length > most * 1.1) entries = entries.slice(-most);
    },
    read: (since = 0) => entries.filter((entry) => entry.n > since),
    clear: () => {
      entries = [];
    },
  };
};

/** What a call was about, short enough to keep. */
export const summary = (args: Args): Pick<JournalLine, 'channel' | 'ts' | 'threadTs' | 'key' | 'text'> => {
  const metadata = record(args['metadata']);
  const id = record(metadata?.['event_payload'])?.['id'];
  return {
    ...(args['channel'] !== undefined && { channel: text(args['channel']) }),
    ...(args['ts'] !== undefined && { ts: text(args['ts']) }),
    ...(args['thread_ts'] !== undefined && { threadTs: text(args['thread_ts']) }),
    ...(metadata && { key: `${text(metadata['event_type'])}:${text(id)}` }),
    ...(args['text'] !== undefined && { text: text(args['text']).slice(0, 80) }),
  };
};
