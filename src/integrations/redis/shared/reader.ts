import { messageOf, UnreadableRecord } from '../../../core/errors.ts';

/** What is kept in Redis and read back. */
export type RecordKind =
  | 'alert'
  | 'event'
  | 'journal'
  | 'digest'
  | 'handover'
  | 'rebuild'
  | 'draft'
  | 'freezes'
  | 'recovery'
  | 'lost'
  | 'index';

/** Told of each record that cannot be read, once a key. */
export type OnUnreadable = (kind: RecordKind, key: string, error: unknown) => void;

/**
 * Reads records, whatever they hold. One that cannot be read (cut off, written over, of a newer version) is skipped where
 * many are read, so that it stops neither its channel nor a list; where it is the one that was asked for, that is said.
 * It is never removed or changed: whoever repairs it needs its bytes.
 */
export interface Reader {
  /** undefined: it cannot be read. */
  read<T>(kind: RecordKind, key: string, value: string, decode: (value: string) => T): T | undefined;
  /** @throws UnreadableRecord */
  mustRead<T>(kind: RecordKind, key: string, value: string, decode: (value: string) => T): T;
  /** The lines of a journal that can be read. */
  lines<T>(key: string, lines: readonly string[], decode: (line: string) => T): readonly T[];
  /** What Redis answers; undefined where the key is of another type, which is told. */
  typed<T>(kind: RecordKind, key: string, ask: () => Promise<T>): Promise<T | undefined>;
  /** Tells of one that was found in another way. */
  tell(kind: RecordKind, key: string, error: unknown): void;
}

/** More keys than this are told again when they are met again: the memory for them is bounded. */
const rememberAtMost = 10_000;

export const createReader = (onUnreadable: OnUnreadable): Reader => {
  const told = new Set<string>();
  const tell = (kind: RecordKind, key: string, error: unknown): void => {
    if (told.has(key)) return;
    if (told.size >= rememberAtMost) told.clear();
    told.add(key);
    onUnreadable(kind, key, error);
  };
  const read: Reader['read'] = (kind, key, value, decode) => {
    try {
      return decode(value);
    } catch (error) {
      tell(kind, key, error);
      return undefined;
    }
  };
  return {
    tell,
    read,
    typed: async (kind, key, ask) => {
      try {
        return await ask();
      } catch (error) {
        if (!messageOf(error).startsWith('WRONGTYPE')) throw error;
        tell(kind, key, error);
        return undefined;
      }
    },
    mustRead: (kind, key, value, decode) => {
      const record = read(kind, key, value, decode);
      if (record === undefined) throw new UnreadableRecord(kind, key);
      return record;
    },
    lines: (key, lines, decode) => lines.flatMap((line) => read('journal', key, line, decode) ?? []),
  };
};

/** @throws when it is not one, so that what stands in its place counts as unreadable. */
export const mustBe = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`it is not ${what}`);
};
