import { expect, test } from 'vitest';
import { adfProblem } from '../../../../sandbox/jira/adf-check.ts';
import { adfDocument, adfSize } from '../../../../src/integrations/jira/documents/adf/adf.ts';
import { commentDocument } from '../../../../src/integrations/jira/documents/comment-document.ts';
import { grid, paragraph } from '../../../../src/integrations/jira/documents/document.ts';
import { aRebuild, startedAt } from '../../../builders/rebuild.ts';

const rebuild = aRebuild();
const entry = { n: 7, at: startedAt, kind: 'change', lines: ['All have them.'] } as const;

test('its title says what it is about; a table comes after the words, and the key is last', () => {
  const table = [
    ['Caches', 'State'],
    ['fe1\n', 'has them'],
  ];
  expect(commentDocument(rebuild, { ...entry, topic: 'caches', table }, adfSize, ['More.'])).toEqual([
    paragraph('Caches, 2026-11-20 03:00:00 UTC', 'strong'),
    paragraph('All have them.'),
    paragraph('More.'),
    grid(['Caches', 'State'], [['fe1', 'has them']]),
    paragraph('system6-20261120-1#7', 'em'),
  ]);
});

test.each([
  ['approval', 'Approval by Bob (U0BOB)'],
  ['request', 'Request by Bob (U0BOB)'],
  ['taken_back', 'Taken back by Bob (U0BOB)'],
] as const)('what somebody asked for is no approval of theirs: %s', (topic, title) => {
  const by = { id: 'U0BOB', name: 'Bob' };
  expect(commentDocument(rebuild, { ...entry, topic, by }, adfSize)[0]).toEqual(
    paragraph(`${title}, 2026-11-20 03:00:00 UTC`, 'strong'),
  );
});

test('in place of comments that could not be written stands how many they are, and where to read them', () => {
  const left = { ...entry, kind: 'error', lines: [], left: 21 } as const;
  expect(commentDocument(rebuild, left, adfSize).slice(1)).toEqual([
    paragraph('21 earlier comments are not written here: Jira could not be reached for too long.'),
    paragraph('What they told is in the journal, which is attached at the end, and in the audit.'),
    paragraph('system6-20261120-1#7', 'em'),
  ]);
});

test('a table of a thousand frontends fits, and says that it is shortened', () => {
  const table = Array.from({ length: 1_000 }, (_, i) => [`fe${i}`, 'x'.repeat(300), '–', '–', '–']);
  const made = adfDocument(commentDocument(rebuild, { ...entry, topic: 'approval', table }, adfSize));
  expect(adfProblem(made)).toBeUndefined();
  expect(JSON.stringify(made).length).toBeLessThanOrEqual(32_767);
  expect(JSON.stringify(made)).toContain('Shortened to fit into a comment');
  expect(JSON.stringify(made)).toContain('fe5');
});
