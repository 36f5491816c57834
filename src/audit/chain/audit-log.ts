import { withDeadline } from '../../core/deadline.ts';
import { messageOf, StoreUnavailable } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { type AuditEntry, ownEntry } from '../record.ts';
import { type AuditStamp, entryTexts, readEntry } from './entry-text.ts';
import type { AuditChain, AuditPort } from './ports.ts';
import { type Sealed, sealEntries } from './seal.ts';
import { type Checkpoint, hashOf } from './verify.mjs';

export interface AuditLogDeps {
  readonly chain: AuditChain;
  readonly stamp: () => AuditStamp;
  readonly now: () => number;
  /** How long the proof of an intent may take; default 2 s. ms */
  readonly proofWithin?: number;
  /** Told of what was appended by this process. */
  readonly onSealed?: (sealed: readonly Sealed[]) => void;
  /**
   * Asked before the first record is sealed here, and whenever the chain is empty or ends before a record that this
   * process knows: puts back what is known elsewhere. Never throws.
   */
  readonly restore?: () => Promise<void>;
  /** Whether an empty chain is begun here; default true. It may be one that was lost: only who knows its copies can tell. */
  readonly begins?: boolean;
  /** Told of what is lost, and goes on record as such. */
  readonly onLost?: (known: Checkpoint, head: Checkpoint) => void;
  /** Undefined once every copy that is required has this record; else why one has it not, as a sentence. */
  readonly uncopied?: (seq: number) => Promise<string | undefined>;
}

export interface AuditLog extends AuditPort {
  /** Gives everything that waits its place in the chain. @throws StoreUnavailable */
  seal(): Promise<void>;
}

/** Records of one append; a script that runs longer keeps Redis from everybody. */
const atOnce = 200;
/** How often somebody else may be faster before it counts as trouble. */
const maxTries = 50;

export const createAuditLog = (deps: AuditLogDeps): AuditLog => {
  const { chain, stamp, now, proofWithin = 2_000, begins = true } = deps;
  let running: Promise<void> | undefined;
  let again: Promise<void> | undefined;
  /** The highest record that this process has seen at the chain's end. */
  let known: Checkpoint | undefined;

  /** The head, after what is known elsewhere was put back. What is lost all the same goes on record. */
  const soundHead = async (): Promise<Checkpoint> => {
    const found = await chain.head();
    if (known && found.seq > 0 && !isBehind(found, known)) return found;
    await deps.restore?.();
    const head = await chain.head();
    if (!known || !isBehind(head, known)) return head;
    const lost = known;
    deps.onLost?.(lost, head);
    await chain.put(entryTexts([lostEntry(now(), lost, head)], stamp()));
    if (head.seq === 0) await chain.goOnBehind(lost);
    known = undefined;
    return chain.head();
  };

  const sealAll = async (): Promise<void> => {
    for (let lost = 0; lost < maxTries; ) {
      // The head first: whatever somebody else takes out of the inbox from now on moves it.
      const head = await soundHead();
      known = head;
      const waiting = await chain.waiting(atOnce);
      if (waiting.length === 0 || (head.seq === 0 && !begins)) return;
      const sealed = sealEntries(
        head,
        waiting.map(({ text }) => readEntry(text, now())),
      );
      const taken = waiting.map(({ id }) => id);
      if (await chain.append(head, sealed, taken)) {
        const last = sealed.at(-1)?.record;
        if (last) known = { seq: last.seq, hash: last.hash };
        deps.onSealed?.(sealed);
      } else lost += 1;
    }
    throw new StoreUnavailable('The audit chain was written by others over and over.');
  };

  /** One at a time in this process. What was put down before the call is in the run that it waits for. */
  const seal = (): Promise<void> => {
    if (!running) {
      running = sealAll().finally(() => {
        running = undefined;
      });
      return running;
    }
    again ??= running
      .catch(() => {})
      .then(() => {
        again = undefined;
        return seal();
      });
    return again;
  };

  /** Undefined when it is proven. */
  const missing = async (action: string): Promise<string | undefined> => {
    await seal();
    const seq = await chain.intentOf(action);
    const [line] = seq === undefined ? [] : await chain.lines(seq, 1);
    if (seq === undefined || line === undefined || !isIntentOf(line, seq, action))
      return 'its audit record is not in the chain';
    return deps.uncopied?.(seq);
  };

  return {
    seal,
    record: async (entries) => {
      await chain.put(entryTexts(entries, stamp()));
    },
    unproven: async (action) => {
      const why = await withDeadline(proofWithin, () => missing(action)).catch(
        (error: unknown) => `its audit record could not be written: ${messageOf(error)}`,
      );
      return why === undefined ? undefined : `Nothing was changed: ${why}`;
    },
  };
};

/** What Redis says it holds is believed only by what it gives back. */
const isIntentOf = (line: string, place: number, action: string): boolean => {
  const record: unknown = JSON.parse(line);
  if (!isObject(record)) return false;
  const { hash, ...content } = record;
  const { seq, type, action_id } = content;
  return seq === place && type === 'change_intent' && action_id === action && hashOf(content) === hash;
};

const isBehind = (head: Checkpoint, known: Checkpoint): boolean =>
  head.seq < known.seq || (head.seq === known.seq && head.hash !== known.hash);

const lostEntry = (now: number, known: Checkpoint, head: Checkpoint): AuditEntry =>
  ownEntry(now, {
    type: 'audit_lost',
    object: { kind: 'audit', id: 'chain' },
    outcome: 'failed',
    cut: known,
    error:
      head.seq === 0
        ? `Redis has lost the chain: records up to ${known.seq} are not in it any more. It goes on behind the last one.`
        : `Redis has lost the end of the chain: it ended with record ${known.seq}, and is back at record ${head.seq}.`,
  });
