import { sha256 } from '../../../core/hash.ts';
import { type Blocks, heading, paragraph, textsOf } from './document.ts';

/**
 * A part of a description that farmhand keeps up to date: it begins with a heading and ends with a line that carries a
 * check of all its texts. Only a part whose check is right is farmhand's to replace; one that a person has changed is
 * theirs.
 */
export const keptPart = (name: string, content: Blocks): Blocks => {
  const open = [heading(beginOf(name)), ...content];
  return [...open, paragraph(`${endOf(name)}${checkOf(textsOf(open))}`, 'em')];
};

const beginOf = (name: string): string => `Evidence kept by farmhand: ${name}`;
const endOf = (name: string): string => `End of the evidence of ${name}. Check: `;

/** One node or line of a description as Jira has it, read as plain text. */
export interface Piece {
  readonly kind: 'heading' | 'paragraph' | 'other';
  readonly text: string;
}

/** Where a part is among the pieces of a description. */
export interface PartPlace {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly check: string;
}

/** The last part of that name which is as farmhand wrote it. */
export const findPart = (pieces: readonly Piece[], name: string): PartPlace | undefined => {
  const ends = pieces.flatMap(({ kind, text }, at) =>
    kind === 'paragraph' && text.startsWith(endOf(name))
      ? [{ at, check: text.slice(endOf(name).length).trim() }]
      : [],
  );
  for (const { at, check } of ends.toReversed()) {
    const from = pieces.findLastIndex(
      ({ kind, text }, i) => i < at && kind === 'heading' && text === beginOf(name),
    );
    const texts = pieces.slice(from, at).map(({ text }) => text);
    if (from >= 0 && checkOf(texts) === check) return { from, to: at + 1, check };
  }
  return undefined;
};

/** True when `part` says the same as what is there. */
export const isShown = (place: PartPlace, part: Blocks): boolean => {
  const end = part.at(-1);
  return end?.kind === 'paragraph' && end.text.endsWith(`Check: ${place.check}`);
};

/** Of its texts without white space: Jira may keep a document in another way than it was sent. */
const checkOf = (texts: readonly string[]): string => sha256(texts.join('').replace(/\s+/g, ''), 16);

/** The description of a ticket, with farmhand's part of one name in it. */
export interface KeptDescription {
  /** The part is there as farmhand wrote it. */
  readonly placed: boolean;
  /** How much it may take now, as the Jira measures it. */
  readonly room: number;
  /** Puts `part` in its place, else at the end; what others wrote stays to the letter. Nothing is sent where it says the same. */
  write(part: Blocks): Promise<void>;
}
