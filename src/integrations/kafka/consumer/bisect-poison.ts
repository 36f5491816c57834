import type { RawMessage } from '../../../intake/wire/raw.ts';

/** How many messages in a row may be to blame before it is not the messages. */
export const maxInARow = 20;

export interface BisectDeps {
  readonly ingest: (messages: readonly RawMessage[]) => Promise<unknown>;
  readonly isFault: (error: unknown) => boolean;
  readonly quarantine: (message: RawMessage, error: unknown) => Promise<void>;
}

/**
 * Takes messages in, in order. When a batch fails by a fault, it is halved until the one message is found that
 * fails alone; that one is put aside and the rest goes on. Other errors, and a fault that `maxInARow` messages
 * have each alone, come out: then nothing of the rest was put aside.
 */
export const createPoisonBisection = ({ ingest, isFault, quarantine }: BisectDeps) => {
  let inARow = 0;
  const take = async (messages: readonly RawMessage[]): Promise<void> => {
    try {
      await ingest(messages);
      inARow = 0;
    } catch (error) {
      const [first] = messages;
      if (first === undefined || !isFault(error) || inARow >= maxInARow) throw error;
      if (messages.length === 1) {
        await quarantine(first, error);
        inARow++;
        return;
      }
      const middle = messages.length >> 1;
      await take(messages.slice(0, middle));
      await take(messages.slice(middle));
    }
  };
  return take;
};
