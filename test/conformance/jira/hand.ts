import { z } from 'zod';
import { inlineText, readWiki } from '../../../sandbox/jira/wiki/read-wiki.ts';
import type { JiraConfig } from '../../../src/integrations/jira/client/jira-api.ts';

/** What a person sees and writes in the texts of each kind of Jira, past the adapter. */
export interface Hand {
  /** Everything that is shown, a cell or a line each. */
  texts(body: unknown): readonly string[];
  /** As a person saves it with a note above and below. */
  around(body: unknown, note: string): unknown;
  /** The note, and nothing else. */
  alone(note: string): unknown;
}

const Adf = z.looseObject({ content: z.array(z.unknown()) });

const adfTexts = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const text: unknown = Reflect.get(value, 'text');
  const content: unknown = Reflect.get(value, 'content');
  return typeof text === 'string' ? [text] : Array.isArray(content) ? content.flatMap(adfTexts) : [];
};

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const adf = (content: readonly unknown[]) => ({ version: 1, type: 'doc', content });
const nodes = (body: unknown) => (body === null ? [] : Adf.parse(body).content);

/** Cells and lines of wiki text as Jira shows them. */
const wikiTexts = (body: unknown): readonly string[] =>
  readWiki(z.string().nullable().parse(body) ?? '')
    .flatMap((block) => {
      if (block.type === 'table')
        return block.rows.flat().flatMap((cell) => inlineText(cell.content).split('\n'));
      if (block.type === 'preformatted') return [block.text];
      return 'content' in block ? inlineText(block.content).split('\n') : [];
    })
    .map((text) => text.trim());

/** A browser sends its lines with two characters at their end. */
const asBrowsersDo = (text: string): string => text.replace(/\r?\n/g, '\r\n');

export const hands: Readonly<Record<JiraConfig['kind'], Hand>> = {
  cloud: {
    texts: adfTexts,
    around: (body, note) => adf([paragraph(note), ...nodes(body), paragraph(note)]),
    alone: (note) => adf([paragraph(note)]),
  },
  data_center: {
    texts: wikiTexts,
    around: (body, note) => asBrowsersDo(`${note}\n\n${z.string().nullable().parse(body) ?? ''}\n\n${note}`),
    alone: (note) => note,
  },
};
