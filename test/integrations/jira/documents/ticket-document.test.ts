import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adfProblem } from '../../../../sandbox/jira/adf-check.ts';
import {
  type AdfDocument,
  adfDocument,
  adfSize,
} from '../../../../src/integrations/jira/documents/adf/adf.ts';
import { maxText } from '../../../../src/integrations/jira/documents/document.ts';
import { ticketDocument } from '../../../../src/integrations/jira/documents/ticket-document.ts';

const adfOf = (body: Parameters<typeof ticketDocument>[0], max?: number) =>
  adfDocument(ticketDocument(body, adfSize, max));
const body = (change = {}) => ({ intro: 'intro', facts: [], labels: {}, annotations: {}, ...change });
const text = (value: string, marks?: object[]) => ({ type: 'text', text: value, ...(marks && { marks }) });
const cell = (type: string, ...content: object[]) => ({ type, content: [{ type: 'paragraph', content }] });

test('facts, labels and annotations are tables of plain text; only http(s) addresses are links', () => {
  const document = adfOf(
    body({
      intro: '*bold*\nsecond',
      facts: [
        { name: 'Runbook', value: 'open', url: 'https://example.com/r' },
        { name: 'Bad', value: 'x', url: 'javascript:alert(1)' },
      ],
      labels: { empty: '' },
    }),
  );
  expect(document).toEqual({
    version: 1,
    type: 'doc',
    content: [
      { type: 'paragraph', content: [text('*bold*'), { type: 'hardBreak' }, text('second')] },
      {
        type: 'table',
        attrs: { isNumberColumnEnabled: false, layout: 'default' },
        content: [
          {
            type: 'tableRow',
            content: [
              cell('tableHeader', text('Runbook')),
              cell('tableCell', text('open', [{ type: 'link', attrs: { href: 'https://example.com/r' } }])),
            ],
          },
          {
            type: 'tableRow',
            content: [cell('tableHeader', text('Bad')), cell('tableCell', text('x'))],
          },
        ],
      },
      { type: 'heading', attrs: { level: 3 }, content: [text('Labels')] },
      {
        type: 'table',
        attrs: { isNumberColumnEnabled: false, layout: 'default' },
        content: [
          {
            type: 'tableRow',
            content: [cell('tableHeader', text('empty')), cell('tableCell', text('–'))],
          },
        ],
      },
    ],
  });
});

const lastText = (document: AdfDocument): unknown => {
  const last = document.content.at(-1);
  const node = last?.type === 'paragraph' ? last.content[0] : undefined;
  return node?.type === 'text' ? node.text : undefined;
};

test('a long value is cut, and a note says so', () => {
  const document = adfOf(body({ annotations: { description: 'x'.repeat(40_000) } }));
  expect(JSON.stringify(document).length).toBeLessThan(maxText);
  expect(JSON.stringify(document)).toContain(`${'x'.repeat(7_999)}…`);
  expect(lastText(document)).toBe(
    'Shortened to fit into a ticket: long values end in …. farmhand’s record of the alert has them in full.',
  );
});

test('what does not fit is left out, the least telling first, and counted', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`label_${i}`, 'v'.repeat(300)]));
  const document = adfOf(
    body({ facts: [{ name: 'Severity', value: 'critical' }], labels: many, annotations: many }),
  );
  const json = JSON.stringify(document);
  expect(json.length).toBeLessThanOrEqual(maxText);
  expect(json).toContain('Severity');
  expect(json).not.toContain('Annotations');
  expect(lastText(document)).toMatch(/ and \d+ entries are left out\./);
});

test('whatever an alert holds, the document is valid and fits', { timeout: 60_000 }, () => {
  const words = fc.string({ unit: 'binary', maxLength: 300 });
  const record = fc.dictionary(words, words, { maxKeys: 20 });
  fc.assert(
    fc.property(
      words,
      fc.array(
        fc.record({ name: words, value: words, url: fc.webUrl() }, { requiredKeys: ['name', 'value'] }),
      ),
      record,
      record,
      fc.integer({ min: 1_500, max: 20_000 }),
      (intro, facts, labels, annotations, max) => {
        const document = adfOf({ intro, facts, labels, annotations }, max);
        expect(adfProblem(document)).toBeUndefined();
        expect(JSON.stringify(document).length).toBeLessThanOrEqual(max);
      },
    ),
    { numRuns: 300 },
  );
});
