import { withDeadline } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import type { AuditCopy } from './copy.ts';
import type { Follower } from './follower.ts';
import type { Checkpoint } from './verify.mjs';

export type CopyName = AuditCopy['name'];

/** How a copy stands. `split`: from that record on it or the chain is not what was written; it is not written any more. */
export type CopyState =
  | { readonly is: 'following'; readonly seq: number }
  | { readonly is: 'failing'; readonly error: string }
  | { readonly is: 'split'; readonly at: number };

export interface KeptCopy {
  readonly name: CopyName;
  readonly follower: Follower;
}

export interface CopiesDeps {
  readonly kept: readonly KeptCopy[];
  /** Without these copies of its intent no change is made; as the config has it now. */
  readonly required: () => readonly CopyName[];
  /** Told after each round. */
  readonly onState: (name: CopyName, state: CopyState) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** A copy that takes longer is failing; ms. Default 10 s. */
  readonly within?: number;
}

/** All further copies of the chain, each at its own pace: one that fails or hangs holds up neither the others nor the chain. */
export interface Copies {
  /** Brings one up to the chain, and tells how it stands. Never throws. */
  round(name: CopyName): Promise<void>;
  /** Puts back what the chain has lost and they know. Never throws. */
  restore(): Promise<void>;
  /** Undefined once every copy that is required has this record; else why one has it not. */
  uncopied(seq: number): Promise<string | undefined>;
  /** The end of each copy that is written, undefined where nobody is sure of it. @throws StoreUnavailable */
  ends(): Promise<readonly (Checkpoint | undefined)[]>;
}

/** Another process may be writing the copy: its end is looked at this often; ms. */
const lookEvery = 25;

export const createCopies = ({ kept, required, onState, sleep, within = 10_000 }: CopiesDeps): Copies => {
  const stateOf = async ({ follower }: KeptCopy): Promise<CopyState> => {
    try {
      await withDeadline(within, follower.follow);
      const at = follower.split();
      if (at !== undefined) return { is: 'split', at };
      return { is: 'following', seq: (await follower.end())?.seq ?? 0 };
    } catch (error) {
      return { is: 'failing', error: messageOf(error) };
    }
  };
  const round = async (copy: KeptCopy): Promise<void> => onState(copy.name, await stateOf(copy));

  const missing = async ({ name, follower }: KeptCopy, seq: number): Promise<string | undefined> => {
    const until = performance.now() + within;
    while (performance.now() < until) {
      try {
        await follower.follow();
      } catch (error) {
        return `its audit record could not be written to the ${names[name]}: ${messageOf(error)}`;
      }
      if (follower.split() !== undefined) return `the ${names[name]} is not written any more`;
      const end = await follower.end();
      if (end && end.seq >= seq) return undefined;
      await sleep(lookEvery);
    }
    return `its audit record is not in the ${names[name]}`;
  };

  return {
    round: async (name) => {
      await Promise.all(kept.filter((copy) => copy.name === name).map(round));
    },
    restore: async () => {
      await Promise.all(kept.map(round));
    },
    uncopied: async (seq) => {
      const now = required();
      const asked = kept.filter(({ name }) => now.includes(name));
      const found = await Promise.all(asked.map((copy) => missing(copy, seq)));
      return found.find((why) => why !== undefined);
    },
    ends: () =>
      Promise.all(
        kept.filter(({ follower }) => follower.split() === undefined).map(({ follower }) => follower.end()),
      ),
  };
};

const names: Readonly<Record<CopyName, string>> = {
  file: 'audit file',
  kafka: 'audit topic in Kafka',
};
