import { withDeadline } from '../../core/deadline.ts';
import { messageOf, StoreUnavailable } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { type AuditStamp, entryTexts, readEntry } from './entry-text.ts';
import type { AuditChain, AuditPort } from './ports.ts';
import { type Sealed, sealEntries } from './seal.ts';
import { hashOf } from './verify.mjs';

export interface AuditLogDeps {
  readonly chain: AuditChain;
  readonly stamp: () => AuditStamp;
  readonly now: () => number;
  /** How long the proof of an intent may take; default 2 s. ms */
  readonly proofWithin?: number;
  /** Told of what was appended by this process. */
  readonly onSealed?: (sealed: readonly Sealed[]) => void;
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
  const { chain, stamp, now, proofWithin = 2_000 } = deps;
  let running: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  const sealAll = async (): Promise<void> => {
    for (let lost = 0; lost < maxTries; ) {
      // The head first: whatever somebody else takes out of the inbox from now on moves it.
      const head = await chain.head();
      const waiting = await chain.waiting(atOnce);
      if (waiting.length === 0) return;
      const sealed = sealEntries(
        head,
        waiting.map(({ text }) => readEntry(text, now())),
      );
      const taken = waiting.map(({ id }) => id);
      if (await chain.append(head, sealed, taken)) deps.onSealed?.(sealed);
      else lost += 1;
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

  const proven = async (action: string): Promise<boolean> => {
    await seal();
    const seq = await chain.intentOf(action);
    if (seq === undefined) return false;
    const [line] = await chain.lines(seq, 1);
    return line !== undefined && isIntentOf(line, seq, action);
  };

  return {
    seal,
    record: async (entries) => {
      await chain.put(entryTexts(entries, stamp()));
    },
    unproven: async (action) => {
      const why = await withDeadline(proofWithin, () => proven(action))
        .then((found) => (found ? undefined : 'its audit record is not in the chain'))
        .catch((error: unknown) => `its audit record could not be written: ${messageOf(error)}`);
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
