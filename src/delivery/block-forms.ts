/** Blocks of a message that only newer Slacks know, by their kind. */
interface RichBlock {
  readonly type: string;
}

/** A message as a view answers it: always in blocks that every Slack shows, and perhaps in newer ones as well. */
interface InBothForms<B> {
  readonly text: string;
  readonly blocks: readonly B[];
  readonly rich?: readonly RichBlock[];
}

interface InOneForm<B> {
  readonly text: string;
  readonly blocks: readonly (B | RichBlock)[];
}

/** What Slack has against the blocks of a call. `kind`: it does not know them; `size`: these are too long. */
export type BlocksRefused = 'kind' | 'size';

const refusals: ReadonlyMap<string, BlocksRefused> = new Map([
  ['invalid_blocks', 'kind'],
  ['invalid_blocks_format', 'kind'],
  ['msg_blocks_too_long', 'size'],
  ['msg_too_long', 'size'],
]);

/** What an error of Slack says against blocks; undefined where it is about something else. The message was surely not taken. */
export const blocksRefusedBy = (error: string): BlocksRefused | undefined => refusals.get(error);

/** Which of its two forms a message is sent in. */
export interface BlockForms {
  /** Whether a block of this kind is sent now; nobody knows for certain before Slack has answered. */
  takes(kind: string): boolean;
  /**
   * Makes `call` with the newer form, and where Slack refuses its blocks, at once with the classic one: that refusal is
   * certain, nothing was posted. At most two calls, and never a second one after any other answer.
   */
  send<B extends RichBlock, T>(
    message: InBothForms<B>,
    call: (shown: InOneForm<B>, form: 'rich' | 'classic') => Promise<T>,
    refused: (answer: T) => BlocksRefused | undefined,
  ): Promise<T>;
}

/** What every process knows of the workspace's refusals: kinds of blocks, and until when each is not sent; ms. */
export interface RefusedBlocks {
  /** Answers soon: a message waits for it. What is not known by then counts as taken; so it does where this fails. */
  known(): Promise<ReadonlyMap<string, number>>;
  keep(kinds: readonly string[], until: number): Promise<void>;
}

export interface BlockFormsDeps {
  /** `slack.blocks`, as it is in force now. */
  readonly setting: () => 'auto' | 'classic';
  /** ms since the epoch. */
  readonly now: () => number;
  /** Told once for each time that kinds of blocks are given up for a while. */
  readonly onRefused?: (kinds: readonly string[]) => void;
  /** Absent: this process knows what it has met itself. */
  readonly shared?: RefusedBlocks;
  /** What was refused could not be kept for others: they, and this process after a restart, ask once more. */
  readonly onNotKept?: (error: unknown) => void;
}

/** Old clients and GovSlack learn new blocks months later, not within the hour. ms */
export const blocksRest = 24 * 60 * 60_000;

/** Kinds that every Slack has shown for years. */
const classicKinds: ReadonlySet<string> = new Set([
  'section',
  'context',
  'actions',
  'divider',
  'header',
  'image',
]);

/** What another process has met is known here this much later at the most; ms. */
const askEvery = 60_000;

/**
 * Remembers for a day which kinds of blocks the workspace does not take, with all processes that share it: whoever starts
 * later does not ask again.
 */
export const createBlockForms = (deps: BlockFormsDeps): BlockForms => {
  const { setting, now, onRefused } = deps;
  const { resting, learn, keep } = createResting(deps);
  const newKinds = (rich: readonly RichBlock[]): readonly string[] => [
    ...new Set(rich.map(({ type }) => type).filter((type) => !classicKinds.has(type))),
  ];
  const takes = (kind: string) => setting() !== 'classic' && (resting.get(kind) ?? 0) <= now();
  return {
    takes,
    send: async ({ text, blocks, rich }, call, refused) => {
      const classic = () => call({ text, blocks }, 'classic');
      if (rich === undefined || setting() === 'classic') return classic();
      await learn();
      const kinds = newKinds(rich);
      if (!kinds.every(takes)) return classic();
      const answer = await call({ text, blocks: rich }, 'rich');
      const why = refused(answer);
      if (why === undefined) return answer;
      if (why === 'kind') {
        keep(kinds, now() + blocksRest);
        onRefused?.(kinds);
      }
      return classic();
    },
  };
};

/** Kinds that are not sent, until when; what others have met is added, now and then. */
const createResting = ({ now, shared, onNotKept }: BlockFormsDeps) => {
  const resting = new Map<string, number>();
  let asked: { readonly at: number; readonly done: Promise<unknown> } | undefined;
  const ask = async (): Promise<void> => {
    const found = await shared?.known().catch(() => undefined);
    // Of a clock that is ahead: no longer than a day from now all the same.
    for (const [kind, until] of found ?? []) {
      resting.set(kind, Math.max(resting.get(kind) ?? 0, Math.min(until, now() + blocksRest)));
    }
  };
  return {
    resting,
    learn: async (): Promise<void> => {
      if (!shared) return;
      if (asked === undefined || now() - asked.at >= askEvery) {
        asked = { at: now(), done: ask() };
      }
      await asked.done;
    },
    keep: (kinds: readonly string[], until: number): void => {
      for (const kind of kinds) resting.set(kind, until);
      // Not waited for: the message goes on.
      shared?.keep(kinds, until).catch(onNotKept);
    },
  };
};

/** For what knows no workspace: every message as every Slack shows it. */
export const classicForms: BlockForms = {
  takes: () => false,
  send: ({ text, blocks }, call) => call({ text, blocks }, 'classic'),
};
