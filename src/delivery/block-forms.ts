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

export interface BlockFormsDeps {
  /** `slack.blocks`, as it is in force now. */
  readonly setting: () => 'auto' | 'classic';
  /** ms since the epoch. */
  readonly now: () => number;
  /** Told once for each time that kinds of blocks are given up for a while. */
  readonly onRefused?: (kinds: readonly string[]) => void;
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

/**
 * Remembers for a day which kinds of blocks the workspace does not take; farmhand serves one workspace. In memory: a process
 * that starts asks once more, which costs one refused call.
 */
export const createBlockForms = ({ setting, now, onRefused }: BlockFormsDeps): BlockForms => {
  const resting = new Map<string, number>();
  const newKinds = (rich: readonly RichBlock[]): readonly string[] => [
    ...new Set(rich.map(({ type }) => type).filter((type) => !classicKinds.has(type))),
  ];
  const takes = (kind: string) => setting() !== 'classic' && (resting.get(kind) ?? 0) <= now();
  return {
    takes,
    send: async ({ text, blocks, rich }, call, refused) => {
      const classic = () => call({ text, blocks }, 'classic');
      if (rich === undefined || setting() === 'classic') return classic();
      const kinds = newKinds(rich);
      if (!kinds.every(takes)) return classic();
      const answer = await call({ text, blocks: rich }, 'rich');
      const why = refused(answer);
      if (why === undefined) return answer;
      if (why === 'kind') {
        for (const kind of kinds) resting.set(kind, now() + blocksRest);
        onRefused?.(kinds);
      }
      return classic();
    },
  };
};

/** For what knows no workspace: every message as every Slack shows it. */
export const classicForms: BlockForms = {
  takes: () => false,
  send: ({ text, blocks }, call) => call({ text, blocks }, 'classic'),
};
