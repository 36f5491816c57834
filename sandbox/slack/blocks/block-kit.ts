import { record } from '../args.ts';
import { checkElement } from './block-elements.ts';
import { createProblems, list, type Problems, string, textObject } from './block-problems.ts';
import { container, richBlocks, tooManyRich } from './rich-blocks.ts';

type Json = Readonly<Record<string, unknown>>;

export interface BlockReport {
  /** In Slack's words; empty when Slack would take them. */
  readonly problems: readonly string[];
  readonly characters: number;
}

/** Checks blocks as Slack does: 50 in a message, 100 in a modal or App Home, where the newest blocks are not taken. */
export const checkBlocks = (blocks: unknown, where: 'message' | 'view', pointer = '/blocks'): BlockReport => {
  const most = where === 'message' ? 50 : 100;
  const problems = createProblems();
  const seen = new Set<string>();
  let markdown = 0;
  list(problems, pointer, blocks, [0, most], (block, at) => {
    string(problems, `${at}/block_id`, block['block_id'], 255);
    const id = block['block_id'];
    if (typeof id === 'string' && id !== '') {
      if (seen.has(id)) problems.add(`${at}/block_id`, `\`block_id\` "${id}" already exists`);
      seen.add(id);
    }
    if (block['type'] === 'markdown' && typeof block['text'] === 'string') markdown += block['text'].length;
    checkBlock(problems, block, at, where);
  });
  tooManyRich(problems, blocks, pointer);
  if (markdown > 12_000) problems.add(pointer, 'markdown blocks must be less than 12001 characters together');
  return { problems: problems.list, characters: problems.characters + markdown };
};

/** https://docs.slack.dev/reference/block-kit/blocks */
const checkBlock = (problems: Problems, block: Json, at: string, where: 'message' | 'view'): void => {
  const type = String(block['type']);
  const rich = where === 'message' || type === 'rich_text' ? richBlocks.get(type) : undefined;
  if (rich) {
    rich(problems, block, at);
    return;
  }
  switch (type) {
    case 'container':
      if (where === 'view') problems.add(`${at}/type`, `unsupported type: ${type}`);
      else container(problems, block, at, (_, inner, here) => checkBlock(problems, inner, here, where));
      return;
    case 'section':
      section(problems, block, at);
      return;
    case 'header':
      textObject(problems, `${at}/text`, block['text'], 150, { plain: true, required: true });
      return;
    case 'context':
      list(problems, `${at}/elements`, block['elements'], [1, 10], (element, here) => {
        if (element['type'] === 'image') checkElement(problems, element, here);
        else textObject(problems, here, element, 3000);
      });
      return;
    case 'actions':
      list(problems, `${at}/elements`, block['elements'], [1, 25], (element, here) =>
        checkElement(problems, element, here),
      );
      uniqueActions(problems, block['elements'], at);
      return;
    case 'image':
      string(problems, `${at}/image_url`, block['image_url'], 3000);
      string(problems, `${at}/alt_text`, block['alt_text'], 2000, { min: 1, required: true });
      return;
    case 'input': {
      textObject(problems, `${at}/label`, block['label'], 2000, { plain: true, required: true });
      textObject(problems, `${at}/hint`, block['hint'], 2000, { plain: true });
      const element = record(block['element']);
      if (element) checkElement(problems, element, `${at}/element`);
      else problems.add(`${at}/element`, 'missing required field');
      return;
    }
    case 'markdown':
      string(problems, `${at}/text`, block['text'], 12_000, { min: 1, required: true });
      return;
    default:
      if (!otherBlocks.has(type)) problems.add(`${at}/type`, `unsupported type: ${type}`);
  }
};

/** Known to Slack and not looked into. */
const otherBlocks: ReadonlySet<string> = new Set(['divider', 'video', 'file', 'context_actions']);

const section = (problems: Problems, block: Json, at: string): void => {
  if (block['text'] === undefined && block['fields'] === undefined) {
    problems.add(at, 'missing required field: text or fields');
  }
  textObject(problems, `${at}/text`, block['text'], 3000);
  if (block['fields'] !== undefined) {
    list(problems, `${at}/fields`, block['fields'], [1, 10], (field, here) =>
      textObject(problems, here, field, 2000),
    );
  }
  const accessory = record(block['accessory']);
  if (accessory) checkElement(problems, accessory, `${at}/accessory`);
};

const uniqueActions = (problems: Problems, elements: unknown, at: string): void => {
  if (!Array.isArray(elements)) return;
  const ids = elements.map((element) => record(element)?.['action_id']).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length)
    problems.add(`${at}/elements`, '`action_id` already exists in this block');
};
