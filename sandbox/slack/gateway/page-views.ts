import { record, text } from '../args.ts';
import type { Json } from '../messages/messages.ts';

/** Asks the app for the options of a select. */
export type Suggest = (about: {
  readonly view: Json;
  readonly blockId: string;
  readonly actionId: string;
}) => Promise<readonly Json[]>;

/**
 * A frame for the page, whose modals hold only what the page can draw: a number is typed as text, and a select whose
 * options come from the app has those that it offers for nothing typed yet. Apps and tests see the real ones.
 */
export const forPage = async (frame: string, suggest: Suggest): Promise<string> => {
  if (!/"(number_input|external_select)"/.test(frame)) return frame;
  const event = record(parse(frame));
  const stack = event?.['t'] === 'view' && Array.isArray(event['stack']) ? event['stack'] : undefined;
  if (!stack) return frame;
  const drawn = await Promise.all(stack.map((view) => drawable(record(view) ?? {}, suggest)));
  return JSON.stringify({ ...event, stack: drawn });
};

const parse = (frame: string): unknown => {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
};

const drawable = async (view: Json, suggest: Suggest): Promise<Json> => {
  const blocks = Array.isArray(view['blocks']) ? view['blocks'] : [];
  return {
    ...view,
    blocks: await Promise.all(
      blocks.map(async (each) => {
        const block = record(each) ?? {};
        const element = record(block['element']);
        return element ? { ...block, element: await drawn(element, block, view, suggest) } : block;
      }),
    ),
  };
};

const drawn = async (element: Json, block: Json, view: Json, suggest: Suggest): Promise<Json> => {
  if (element['type'] === 'number_input') return { ...element, type: 'plain_text_input' };
  if (element['type'] !== 'external_select') return element;
  const offered = await suggest({
    view,
    blockId: text(block['block_id']),
    actionId: text(element['action_id']),
  });
  const initial = record(element['initial_option']);
  const known = offered.some((option) => option['value'] === initial?.['value']);
  return {
    ...element,
    type: 'static_select',
    options: initial && !known ? [initial, ...offered] : offered,
  };
};
