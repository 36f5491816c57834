import { z } from 'zod';

/** Of what is written below; whoever reads another one does not guess. */
export const exportVersion = 1;

/** The first line. */
const HeaderSchema = z.object({
  farmhand: z.literal('export'),
  version: z.int(),
  software: z.string(),
  /** Prefix of the keys, which is left out of them; only for people. */
  prefix: z.string(),
  /** When it was begun; ms. */
  at: z.number(),
  /** False: farmhand worked meanwhile, and what it changed then may be missing. */
  still: z.boolean(),
  /** The mark of the store as it was at the beginning, field by field. */
  mark: z.record(z.string(), z.string()),
});
export type ExportHeader = z.infer<typeof HeaderSchema>;

/**
 * A key, or a part of one: `part` counts from 0, and a larger one adds to what is there. `until`: when it ends, ms; 0:
 * never. `values`: the text; the lines; field, value, …; member, score, …; the members;
 * of a stream an id, field, value, ….
 */
const EntrySchema = z.tuple([
  z.string(),
  z.enum(['string', 'list', 'hash', 'zset', 'set', 'stream']),
  z.number(),
  z.int(),
  z.array(z.string()),
]);
export type ExportEntry = z.infer<typeof EntrySchema>;

/** The last line: without it the file is cut off. `sha256` is of all lines before it. */
const EndSchema = z.object({ end: z.literal(true), entries: z.int(), sha256: z.string() });
export type ExportEnd = z.infer<typeof EndSchema>;

export type ExportLine =
  | { readonly is: 'header'; readonly header: ExportHeader }
  | { readonly is: 'entry'; readonly entry: ExportEntry }
  | { readonly is: 'end'; readonly end: ExportEnd };

/** Pure. @throws an error in words: it is none of these, or of a newer farmhand */
export const readLine = (line: string): ExportLine => {
  const value = parsed(line);
  const entry = EntrySchema.safeParse(value);
  if (entry.success) return { is: 'entry', entry: entry.data };
  const end = EndSchema.safeParse(value);
  if (end.success) return { is: 'end', end: end.data };
  const header = HeaderSchema.safeParse(value);
  if (header.success && header.data.version === exportVersion) return { is: 'header', header: header.data };
  const version: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'version') : undefined;
  if (typeof version === 'number' && version !== exportVersion) {
    throw new Error(
      `it is an export of version ${version}, and this farmhand reads version ${exportVersion}`,
    );
  }
  throw new Error('it is not a line of an export of farmhand');
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
