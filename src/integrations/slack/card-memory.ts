import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { type CardMemory, isKept, type Kept } from '../../rebuild/ports/memory.ts';

/** Slack refuses metadata of more than some kilobytes; a record of two weeks is half of this. Characters. */
const mostCharacters = 7_000;
/** A record is some 30 kB; what unpacks to more is none. */
const mostBytes = 2_000_000;
/** Of how it is packed: what another version packed is not guessed at. */
const format = 1;

/** What is told with a card, the whole of it first; the last one is small enough for certain. */
export const packMemory = ({ kept, ...place }: CardMemory): readonly object[] => {
  const packed = kept && deflateRawSync(JSON.stringify(kept), { level: 9 }).toString('base64');
  return packed === undefined || packed.length > mostCharacters
    ? [place]
    : [{ ...place, kept: packed, format }, place];
};

const phases = ['running', 'cancelling', 'failing', 'released', 'cancelled', 'failed'] as const;
const Told = z.object({
  instance: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/),
  version: z.number().int().min(0),
  phase: z.enum(phases),
});
const Packed = z.object({ kept: z.string(), format: z.literal(format) });

/** What an own card told; undefined when it is from a version that told nothing. */
export const unpackMemory = (payload: unknown): CardMemory | undefined => {
  const told = Told.safeParse(payload).data;
  if (!told) return undefined;
  const kept = keptIn(payload);
  return { ...told, ...(kept && { kept }) };
};

const keptIn = (payload: unknown): Kept | undefined => {
  const packed = Packed.safeParse(payload).data;
  if (!packed) return undefined;
  try {
    const bytes = inflateRawSync(Buffer.from(packed.kept, 'base64'), { maxOutputLength: mostBytes });
    const value: unknown = JSON.parse(bytes.toString());
    return isKept(value) ? value : undefined;
  } catch {
    // Cut off or written over: it does not remember.
    return undefined;
  }
};
