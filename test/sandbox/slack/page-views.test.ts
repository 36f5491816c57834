import { expect, test } from 'vitest';
import { forPage } from '../../../sandbox/slack/gateway/page-views.ts';

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
const input = (element: object) => ({ type: 'input', block_id: 'b', element });
const frame = (...elements: object[]) =>
  JSON.stringify({ t: 'view', stack: [{ id: 'V1', blocks: elements.map(input) }] });
const shown = async (...elements: object[]) => {
  const asked: string[] = [];
  const text = await forPage(frame(...elements), async ({ blockId, actionId }) => {
    asked.push(`${blockId} ${actionId}`);
    return [option('system6'), option('system7')];
  });
  return { asked, frame: text };
};

test('a number is typed as text', async () => {
  const number = { type: 'number_input', action_id: 'n', initial_value: '24' };
  expect((await shown(number)).frame).toBe(frame({ ...number, type: 'plain_text_input' }));
});

test('a select with options of the app’s has those that it offers', async () => {
  const select = { type: 'external_select', action_id: 'i', min_query_length: 0 };
  const { asked, frame: text } = await shown(select);
  expect(asked).toEqual(['b i']);
  const options = [option('system6'), option('system7')];
  expect(JSON.parse(text)).toEqual(JSON.parse(frame({ ...select, type: 'static_select', options })));
});

test('what it begins with is always among them', async () => {
  const select = { type: 'external_select', action_id: 'i', initial_option: option('system9') };
  const { frame: text } = await shown(select);
  const [{ blocks }] = JSON.parse(text).stack;
  expect(blocks[0].element.options).toEqual([option('system9'), option('system6'), option('system7')]);
});

test('nothing happens to what the page can draw, or to what is no view', async () => {
  const plain = frame({ type: 'static_select', action_id: 's', options: [option('a')] });
  const message = JSON.stringify({ t: 'message', message: { text: '"number_input"' } });
  const never = () => Promise.reject(new Error('asked'));
  expect(await forPage(plain, never)).toBe(plain);
  expect(await forPage(message, never)).toBe(message);
  expect(await forPage('{"number_input"', never)).toBe('{"number_input"');
});
