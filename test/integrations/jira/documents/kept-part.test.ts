import { expect, test } from 'vitest';
import { adfNodes } from '../../../../src/integrations/jira/documents/adf/adf.ts';
import { adfDescription } from '../../../../src/integrations/jira/documents/adf/adf-description.ts';
import { paragraph } from '../../../../src/integrations/jira/documents/document.ts';
import { keptPart } from '../../../../src/integrations/jira/documents/kept-part.ts';

const blocks = (says = 'farmers 0 → 24') => keptPart('r-1', [paragraph(says)]);
const part = adfNodes(blocks());
const [theirs] = adfNodes([paragraph('Change CHG-7, by hand')]);
const changed = JSON.parse(JSON.stringify(part).replace('24', '25')) as unknown[];
const placed = (nodes: readonly unknown[], name = 'r-1') =>
  adfDescription(nodes, name, async () => undefined).placed;
/** What is sent when `says` is what farmhand has to say. */
const written = async (nodes: readonly unknown[], says: string) => {
  let sent: readonly unknown[] | undefined;
  const description = adfDescription(nodes, 'r-1', async (all) => {
    sent = all;
  });
  await description.write(blocks(says));
  return sent;
};

test('it is found among what people wrote, also where Jira keeps its nodes in another way', async () => {
  const other = adfNodes(blocks('other'));
  expect(await written([theirs, ...part, theirs], 'other')).toEqual([theirs, ...other, theirs]);
  const stored = JSON.parse(
    JSON.stringify(part).replaceAll('"type":"paragraph"', '"type":"paragraph","attrs":{"localId":"a"}'),
  ) as unknown[];
  expect(await written([...stored, theirs], 'other')).toEqual([...other, theirs]);
  expect(await written([...part, ...part], 'other')).toEqual([...part, ...other]);
  expect(await written([theirs], 'other')).toEqual([theirs, ...other]);
});

test('it is not farmhand’s where a person changed it, took a line of it or wrote into it', async () => {
  const [begin, middle, end] = part;
  expect(placed(part)).toBe(true);
  expect(placed(changed)).toBe(false);
  expect(placed([begin, end])).toBe(false);
  expect(placed([middle, end])).toBe(false);
  expect(placed([begin, middle])).toBe(false);
  expect(placed([begin, middle, theirs, end])).toBe(false);
  expect(placed([])).toBe(false);
  expect(placed([null, 7, 'x', {}])).toBe(false);
  expect(await written([...part, ...changed], 'other')).toEqual([...adfNodes(blocks('other')), ...changed]);
});

test('another rebuild’s, or one from before records were lost, is another part', () => {
  expect(placed(part, 'r-10')).toBe(false);
  expect(placed(part, 'r')).toBe(false);
});

test('what says the same need not be written', async () => {
  expect(await written(part, 'farmers 0 → 24')).toBeUndefined();
  expect(await written(part, 'farmers 0 → 8')).toEqual(adfNodes(blocks('farmers 0 → 8')));
});
