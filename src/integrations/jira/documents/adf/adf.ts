import { type Blocks, type DocumentBlock, type Row, textLines, webAddress } from '../document.ts';

/**
 * The part of the Atlassian Document Format that farmhand writes. Text from outside goes into text nodes only:
 * nothing in it is read as markup, whatever it looks like.
 */
export type AdfNode =
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly AdfMark[] }
  | { readonly type: 'hardBreak' }
  | { readonly type: 'paragraph'; readonly content: readonly AdfNode[] }
  | { readonly type: 'heading'; readonly attrs: { readonly level: 3 }; readonly content: readonly AdfNode[] }
  | {
      readonly type: 'table';
      readonly attrs: { readonly isNumberColumnEnabled: false; readonly layout: 'default' };
      readonly content: readonly AdfNode[];
    }
  | { readonly type: 'tableRow' | 'tableHeader' | 'tableCell'; readonly content: readonly AdfNode[] };

type AdfMark =
  | { readonly type: 'strong' }
  | { readonly type: 'em' }
  | { readonly type: 'link'; readonly attrs: { readonly href: string } };

export interface AdfDocument {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly AdfNode[];
}

export const adfDocument = (blocks: Blocks): AdfDocument => ({
  version: 1,
  type: 'doc',
  content: adfNodes(blocks),
});

export const adfNodes = (blocks: Blocks): readonly AdfNode[] => blocks.map(nodeOf);

/** Whether Jira counts the text of a document or its JSON is not documented: the JSON always fits. */
export const adfSize = (blocks: Blocks): number => JSON.stringify(adfDocument(blocks)).length;

const nodeOf = (block: DocumentBlock): AdfNode => {
  switch (block.kind) {
    case 'heading':
      return { type: 'heading', attrs: { level: 3 }, content: [textNode(block.text, [])] };
    case 'paragraph':
      return paragraph(block.text, block.style ? [{ type: block.style }] : []);
    case 'facts':
      return table(block.rows.map(factRow));
    case 'grid':
      return table([
        { type: 'tableRow', content: block.headers.map((text) => cell('tableHeader', text)) },
        ...block.rows.map(
          (row): AdfNode => ({ type: 'tableRow', content: row.map((text) => cell('tableCell', text)) }),
        ),
      ]);
    default:
      return block satisfies never;
  }
};

const table = (content: readonly AdfNode[]): AdfNode => ({
  type: 'table',
  attrs: { isNumberColumnEnabled: false, layout: 'default' },
  content,
});

const factRow = (row: Row): AdfNode => {
  const href = row.url === undefined ? undefined : webAddress(row.url);
  return {
    type: 'tableRow',
    content: [
      cell('tableHeader', row.name),
      cell('tableCell', row.value, href === undefined ? [] : [{ type: 'link', attrs: { href } }]),
    ],
  };
};

const cell = (type: 'tableHeader' | 'tableCell', text: string, marks: readonly AdfMark[] = []): AdfNode => ({
  type,
  content: [paragraph(text, marks)],
});

/** An empty text node is invalid: an empty line is a break alone. */
const paragraph = (text: string, marks: readonly AdfMark[]): AdfNode => ({
  type: 'paragraph',
  content: textLines(text).flatMap((line, index): AdfNode[] => [
    ...(index > 0 ? [{ type: 'hardBreak' } as const] : []),
    ...(line === '' ? [] : [textNode(line, marks)]),
  ]),
});

const textNode = (text: string, marks: readonly AdfMark[]): AdfNode =>
  marks.length === 0 ? { type: 'text', text } : { type: 'text', text, marks };
