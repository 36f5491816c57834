import { expect, test } from 'vitest';
import { paragraph } from '../../../../src/integrations/jira/documents/adf.ts';
import { findPart, isShown, keptPart } from '../../../../src/integrations/jira/documents/kept-part.ts';

const part = keptPart('r-1', [paragraph('farmers 0 → 24')]);
const theirs = paragraph('Change CHG-7, by hand');
const changed = JSON.parse(JSON.stringify(part).replace('24', '25')) as unknown[];

test('it is found among what people wrote, also where Jira keeps its nodes in another way', () => {
  expect(findPart([theirs, ...part, theirs], 'r-1')).toMatchObject({ from: 1, to: 4 });
  const stored = JSON.parse(
    JSON.stringify(part).replaceAll('"type":"paragraph"', '"type":"paragraph","attrs":{"localId":"a"}'),
  ) as unknown[];
  expect(findPart([...stored, theirs], 'r-1')).toMatchObject({ from: 0, to: 3 });
  expect(findPart([...part, ...part], 'r-1')).toMatchObject({ from: 3, to: 6 });
});

test('it is not farmhand’s where a person changed it, took a line of it or wrote into it', () => {
  const [begin, middle, end] = part;
  expect(findPart(changed, 'r-1')).toBeUndefined();
  expect(findPart([begin, end], 'r-1')).toBeUndefined();
  expect(findPart([middle, end], 'r-1')).toBeUndefined();
  expect(findPart([begin, middle], 'r-1')).toBeUndefined();
  expect(findPart([begin, middle, theirs, end], 'r-1')).toBeUndefined();
  expect(findPart([], 'r-1')).toBeUndefined();
  expect(findPart([null, 7, 'x', {}], 'r-1')).toBeUndefined();
  expect(findPart([...part, ...changed], 'r-1')).toMatchObject({ from: 0, to: 3 });
});

test('another rebuild’s, or one from before records were lost, is another part', () => {
  expect(findPart(part, 'r-10')).toBeUndefined();
  expect(findPart(part, 'r')).toBeUndefined();
});

test('what says the same need not be written', () => {
  const place = findPart(part, 'r-1');
  expect(place && isShown(place, keptPart('r-1', [paragraph('farmers 0 → 24')]), 'r-1')).toBe(true);
  expect(place && isShown(place, keptPart('r-1', [paragraph('farmers 0 → 8')]), 'r-1')).toBe(false);
});
