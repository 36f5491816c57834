import { plain } from '../../../core/text.ts';

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

export type AdfMark =
  | { readonly type: 'strong' }
  | { readonly type: 'em' }
  | { readonly type: 'link'; readonly attrs: { readonly href: string } };

export interface AdfDocument {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly AdfNode[];
}

export const document = (content: readonly AdfNode[]): AdfDocument => ({ version: 1, type: 'doc', content });

/** A paragraph of plain text; its line breaks stay. An empty text node is invalid, so nothing reads as `–`. */
export const paragraph = (text: string, marks: readonly AdfMark[] = []): AdfNode => {
  const lines = plain(text).trim().split('\n');
  const content = lines.flatMap((line, index): AdfNode[] => [
    ...(index > 0 ? [{ type: 'hardBreak' } as const] : []),
    ...(line === '' ? [] : [textNode(line, marks)]),
  ]);
  return { type: 'paragraph', content: content.length === 0 ? [textNode('–', [])] : content };
};

const textNode = (text: string, marks: readonly AdfMark[]): AdfNode =>
  marks.length === 0 ? { type: 'text', text } : { type: 'text', text, marks };

export const heading = (text: string): AdfNode => ({
  type: 'heading',
  attrs: { level: 3 },
  content: [textNode(text, [])],
});

export interface Row {
  readonly name: string;
  readonly value: string;
  /** The value becomes a link when this is an http(s) address. */
  readonly url?: string;
}

/** Two columns: names as headers, values beside them. */
export const adfTable = (rows: readonly Row[]): AdfNode => ({
  type: 'table',
  attrs: { isNumberColumnEnabled: false, layout: 'default' },
  content: rows.map((row) => ({
    type: 'tableRow',
    content: [
      { type: 'tableHeader', content: [paragraph(row.name)] },
      { type: 'tableCell', content: [paragraph(row.value, linkMark(row.url))] },
    ],
  })),
});

/** As many columns as there are headers. */
export const grid = (headers: readonly string[], rows: readonly (readonly string[])[]): AdfNode => ({
  type: 'table',
  attrs: { isNumberColumnEnabled: false, layout: 'default' },
  content: [
    { type: 'tableRow', content: headers.map((text) => cell('tableHeader', text)) },
    ...rows.map(
      (row): AdfNode => ({
        type: 'tableRow',
        content: row.map((text) => cell('tableCell', text)),
      }),
    ),
  ],
});

const cell = (type: 'tableHeader' | 'tableCell', text: string): AdfNode => ({
  type,
  content: [paragraph(text)],
});

const linkMark = (url: string | undefined): readonly AdfMark[] => {
  const href = url === undefined ? undefined : webAddress(url);
  return href === undefined ? [] : [{ type: 'link', attrs: { href } }];
};

/** `url` in its normal form when it is an http(s) address of at most 2,000 characters; else undefined. */
export const webAddress = (url: string): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return (protocol === 'https:' || protocol === 'http:') && href.length <= 2_000 ? href : undefined;
};
