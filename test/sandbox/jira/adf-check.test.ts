import { expect, test } from 'vitest';
import { adfProblem } from '../../../sandbox/jira/adf-check.ts';

const doc = (...content: unknown[]) => ({ version: 1, type: 'doc', content });
const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
const text = (value: string, ...marks: unknown[]) => ({ type: 'text', text: value, marks });

test('what Jira takes is taken', () => {
  expect(adfProblem(doc())).toBeUndefined();
  expect(adfProblem(doc(paragraph(text('a', { type: 'strong' }), { type: 'hardBreak' })))).toBeUndefined();
  expect(
    adfProblem(doc(paragraph(text('a', { type: 'link', attrs: { href: 'https://x.y' } })))),
  ).toBeUndefined();
});

test.for([
  ['text instead of a document', 'plain', 'the root is not a doc'],
  ['no version', { type: 'doc', content: [] }, 'version is not 1'],
  ['an empty text', doc(paragraph(text(''))), 'doc.content[0].content[0]: a text node needs text'],
  ['text at the top', doc(text('a')), 'doc.content[0]: text is not allowed in doc'],
  ['an unknown node', doc({ type: 'script' }), 'doc.content[0]: script is not allowed in doc'],
  [
    'an unknown mark',
    doc(paragraph(text('a', { type: 'blink' }))),
    'doc.content[0].content[0].marks[0]: not a mark',
  ],
  [
    'a link to a script',
    doc(paragraph(text('a', { type: 'link', attrs: { href: 'javascript:alert(1)' } }))),
    'doc.content[0].content[0].marks[0]: not a mark',
  ],
  [
    'code that is bold',
    doc(paragraph(text('a', { type: 'code' }, { type: 'strong' }))),
    'doc.content[0].content[0]: code does not go with strong',
  ],
  [
    'a mark in a block of code',
    doc({ type: 'codeBlock', content: [text('a', { type: 'strong' })] }),
    'doc.content[0].content[0]: no marks in codeBlock',
  ],
  ['a heading without level', doc({ type: 'heading', content: [] }), 'doc.content[0]: attrs of heading'],
  ['a table without rows', doc({ type: 'table', content: [] }), 'doc.content[0]: table is empty'],
  [
    'text in a cell without a paragraph',
    doc({
      type: 'table',
      content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [text('a')] }] }],
    }),
    'doc.content[0].content[0].content[0].content[0]: text is not allowed in tableCell',
  ],
  [
    'a member that is unknown',
    doc({ ...paragraph(), style: 'x' }),
    'doc.content[0]: Unrecognized key: "style"',
  ],
] as const)('%s is refused', ([, value, problem]) => {
  expect(adfProblem(value)).toBe(problem);
});
