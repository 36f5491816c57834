import { plain } from '../../../core/text.ts';

/**
 * What farmhand writes into tickets, before it is known how a Jira writes it (ADF or wiki text). Its texts are plain:
 * nothing in them is read as markup, whatever it looks like.
 */
export type DocumentBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'paragraph';
      /** Its line breaks stay; nothing reads as `–`. */
      readonly text: string;
      readonly style?: 'strong' | 'em';
    }
  /** Two columns: names as headers, values beside them. */
  | { readonly kind: 'facts'; readonly rows: readonly Row[] }
  /** As many columns as there are headers. */
  | {
      readonly kind: 'grid';
      readonly headers: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

export interface Row {
  readonly name: string;
  readonly value: string;
  /** The value becomes a link when this is an http(s) address. */
  readonly url?: string;
}

/** Jira's limit for a description and for a comment, in UTF-16 units. */
export const maxText = 32_767;

export type Blocks = readonly DocumentBlock[];

/** How much of the limit of a text field blocks take, in the Jira that they are for. */
export type Measure = (blocks: Blocks) => number;

export const heading = (text: string): DocumentBlock => ({ kind: 'heading', text });
export const paragraph = (text: string, style?: 'strong' | 'em'): DocumentBlock => ({
  kind: 'paragraph',
  text,
  ...(style && { style }),
});
export const facts = (rows: readonly Row[]): DocumentBlock => ({ kind: 'facts', rows });
export const grid = (headers: readonly string[], rows: readonly (readonly string[])[]): DocumentBlock => ({
  kind: 'grid',
  headers,
  rows,
});

/** The lines of a text as they are written; at least one. */
export const textLines = (text: string): readonly string[] => {
  const whole = plain(text).trim();
  return whole === '' ? ['–'] : whole.split('\n');
};

/** The same blocks, with `safe` applied to each text: later, once it is escaped, a secret no longer looks like itself. */
export const madeSafe = (blocks: Blocks, safe: (text: string) => string): Blocks =>
  blocks.map((block): DocumentBlock => {
    switch (block.kind) {
      case 'facts':
        return { ...block, rows: block.rows.map((row) => ({ ...row, value: safe(row.value) })) };
      case 'grid':
        return { ...block, rows: block.rows.map((row) => row.map(safe)) };
      default:
        return { ...block, text: safe(block.text) };
    }
  });

/** Every text as it is shown, in order. */
export const textsOf = (blocks: Blocks): readonly string[] =>
  blocks.flatMap((block) => {
    switch (block.kind) {
      case 'heading':
        return [block.text];
      case 'paragraph':
        return textLines(block.text);
      case 'facts':
        return block.rows.flatMap(({ name, value }) => [...textLines(name), ...textLines(value)]);
      case 'grid':
        return [block.headers, ...block.rows].flat().flatMap(textLines);
      default:
        return block satisfies never;
    }
  });

/** `url` in its normal form when it is an http(s) address of at most 2,000 characters; else undefined. */
export const webAddress = (url: string): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return (protocol === 'https:' || protocol === 'http:') && href.length <= 2_000 ? href : undefined;
};
