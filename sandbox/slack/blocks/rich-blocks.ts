import { record } from '../args.ts';
import { list, type Problems, string, textObject } from './block-problems.ts';

type Json = Readonly<Record<string, unknown>>;
type Check = (problems: Problems, block: Json, at: string) => void;

/** Of all tables, and of all charts, of one message. The one of charts is not documented: seen, vercel/chat#696. */
const mostInMessage: readonly (readonly [types: readonly string[], most: number, word: string])[] = [
  [['table', 'data_table'], 1, 'only_one_table_allowed'],
  [['data_visualization'], 2, 'no more than 2 data_visualization blocks allowed'],
];

/** The blocks of 2025 and 2026, for messages only. https://docs.slack.dev/reference/block-kit/blocks */
export const richBlocks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['rich_text', (problems, block, at) => richText(problems, block, at)],
  ['table', (problems, block, at) => table(problems, block, at, { min: 1, max: 100, header: false })],
  [
    'data_table',
    (problems, block, at) => {
      string(problems, `${at}/caption`, block['caption'], 10_000, { min: 1, required: true });
      whole(problems, `${at}/page_size`, block['page_size'], [1, 100]);
      whole(problems, `${at}/row_header_column_index`, block['row_header_column_index'], [0, 19]);
      table(problems, block, at, { min: 2, max: 101, header: true });
    },
  ],
  ['data_visualization', (problems, block, at) => chart(problems, block, at)],
  ['task_card', (problems, block, at) => taskCard(problems, block, at)],
  [
    'plan',
    (problems, block, at) => {
      string(problems, `${at}/title`, block['title'], 3000, { min: 1, required: true });
      if (block['tasks'] === undefined) return;
      // 50 and no id twice: seen, and not in the reference (slack-morphism 2.30).
      list(problems, `${at}/tasks`, block['tasks'], [0, 50], (task, here) => taskCard(problems, task, here));
      unique(problems, block['tasks'], 'task_id', `${at}/tasks`);
    },
  ],
]);

/** What a message may hold once or twice, however deep. */
export const tooManyRich = (problems: Problems, blocks: unknown, at: string): void => {
  const types = typesIn(blocks);
  for (const [kinds, most, word] of mostInMessage) {
    if (types.filter((type) => kinds.includes(type)).length > most) problems.add(at, word);
  }
};

const typesIn = (blocks: unknown): readonly string[] =>
  (Array.isArray(blocks) ? blocks : []).flatMap((each) => {
    const block = record(each);
    return block ? [String(block['type']), ...typesIn(block['child_blocks'])] : [];
  });

/** Both what the reference lists and what Slack's validator was seen to take (slack-morphism 2.31): no rich text. */
const children: ReadonlySet<string> = new Set([
  ...['actions', 'context', 'divider', 'header', 'image', 'section', 'table', 'video'],
]);

/** A container; `child` checks what is in it. https://docs.slack.dev/reference/block-kit/blocks/container-block */
export const container = (problems: Problems, block: Json, at: string, child: Check): void => {
  const title = block['rich_text_title'] === undefined;
  textObject(problems, `${at}/title`, block['title'], 150, { plain: true, required: title });
  textObject(problems, `${at}/subtitle`, block['subtitle'], 150);
  list(problems, `${at}/child_blocks`, block['child_blocks'], [1, 10], (inner, here) => {
    if (children.has(String(inner['type']))) child(problems, inner, here);
    else problems.add(`${here}/type`, `unsupported type: ${String(inner['type'])}`);
  });
  oneOf(problems, `${at}/width`, block['width'], ['narrow', 'standard', 'wide', 'full']);
  if (block['default_collapsed'] === true && block['is_collapsible'] !== true) {
    problems.add(`${at}/default_collapsed`, 'requires is_collapsible');
  }
};

const table = (
  problems: Problems,
  block: Json,
  at: string,
  size: { readonly min: number; readonly max: number; readonly header: boolean },
): void => {
  const rows = Array.isArray(block['rows']) ? block['rows'] : undefined;
  if (!rows) {
    problems.add(`${at}/rows`, 'must be an array');
    return;
  }
  if (rows.length < size.min) problems.add(`${at}/rows`, `no fewer than ${size.min} items required`);
  if (rows.length > size.max) problems.add(`${at}/rows`, `no more than ${size.max} items allowed`);
  const first: unknown = rows[0];
  const columns = Array.isArray(first) ? first.length : 0;
  let characters = 0;
  for (const [i, row] of rows.entries()) {
    const here = `${at}/rows/${i}`;
    list(problems, here, row, [1, 20], (cell, place) => {
      if (size.header && i === 0 && cell['type'] === 'rich_text') {
        problems.add(`${place}/type`, 'unsupported type: rich_text');
      }
      characters += cellText(problems, cell, place);
    });
    if (size.header && Array.isArray(row) && row.length !== columns) {
      problems.add(here, 'all rows must have the same number of values');
    }
  }
  if (characters > 10_000) problems.add(at, 'must be less than 10001 characters in all cells');
  if (block['column_settings'] !== undefined) {
    list(problems, `${at}/column_settings`, block['column_settings'], [0, 20], (column, here) =>
      oneOf(problems, `${here}/align`, column['align'], ['left', 'center', 'right']),
    );
  }
};

const cellText = (problems: Problems, cell: Json, at: string): number => {
  const type = String(cell['type']);
  if (type === 'rich_text') return richText(problems, cell, at);
  if (type !== 'raw_text' && type !== 'raw_number') problems.add(`${at}/type`, `unsupported type: ${type}`);
  if (type === 'raw_number' && !Number.isFinite(cell['value']))
    problems.add(`${at}/value`, 'must be a number');
  string(problems, `${at}/text`, cell['text'], 10_000, { min: 1, required: true });
  const length = typeof cell['text'] === 'string' ? cell['text'].length : 0;
  problems.count('x'.repeat(length));
  return length;
};

const parts: Readonly<Record<string, string>> = {
  rich_text_section: 'inline',
  rich_text_preformatted: 'inline',
  rich_text_quote: 'inline',
  rich_text_list: 'sections',
};

/** Its characters. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
const richText = (problems: Problems, block: Json, at: string): number => {
  let characters = 0;
  const inline: Check = (_, element, here) => {
    characters += inlineText(problems, element, here);
  };
  list(problems, `${at}/elements`, block['elements'], [1, 1_000], (part, here) => {
    const holds = parts[String(part['type'])];
    if (!holds) problems.add(`${here}/type`, `unsupported type: ${String(part['type'])}`);
    list(problems, `${here}/elements`, part['elements'], [1, 1_000], (element, place) => {
      if (holds !== 'sections') inline(problems, element, place);
      else
        list(problems, `${place}/elements`, element['elements'], [1, 1_000], (inner, deep) =>
          inline(problems, inner, deep),
        );
    });
  });
  return characters;
};

const fieldOf: Readonly<Record<string, string>> = {
  text: 'text',
  link: 'url',
  user: 'user_id',
  usergroup: 'usergroup_id',
  channel: 'channel_id',
  emoji: 'name',
  broadcast: 'range',
};

const inlineText = (problems: Problems, element: Json, at: string): number => {
  const type = String(element['type']);
  if (type === 'date') {
    if (!Number.isInteger(element['timestamp'])) problems.add(`${at}/timestamp`, 'must be an integer');
    string(problems, `${at}/format`, element['format'], 3000, { min: 1, required: true });
    return 0;
  }
  const field = fieldOf[type];
  if (!field) {
    problems.add(`${at}/type`, `unsupported type: ${type}`);
    return 0;
  }
  string(problems, `${at}/${field}`, element[field], 3000, { min: 1, required: true });
  const says = element['text'] ?? element[field];
  if (typeof says === 'string') problems.count(says);
  return typeof says === 'string' ? says.length : 0;
};

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
const chart = (problems: Problems, block: Json, at: string): void => {
  string(problems, `${at}/title`, block['title'], 50, { min: 1, required: true });
  const drawn = record(block['chart']);
  if (!drawn) {
    problems.add(`${at}/chart`, 'missing required field');
    return;
  }
  const here = `${at}/chart`;
  oneOf(problems, `${here}/type`, drawn['type'], ['pie', 'bar', 'area', 'line'], true);
  if (drawn['type'] === 'pie') {
    list(problems, `${here}/segments`, drawn['segments'], [1, 6], (segment, place) => {
      string(problems, `${place}/label`, segment['label'], 20, { min: 1, required: true });
      if (!(Number(segment['value']) > 0)) problems.add(`${place}/value`, 'must be greater than 0');
    });
    return;
  }
  const axis = record(drawn['axis_config']);
  const categories: readonly unknown[] = Array.isArray(axis?.['categories']) ? axis['categories'] : [];
  if (categories.length < 1 || categories.length > 20) {
    problems.add(`${here}/axis_config/categories`, 'must be 1 to 20 items');
  }
  for (const [i, name] of categories.entries()) {
    string(problems, `${here}/axis_config/categories/${i}`, name, 20, { min: 1, required: true });
  }
  if (new Set(categories).size < categories.length) {
    problems.add(`${here}/axis_config/categories`, 'must be unique');
  }
  string(problems, `${here}/axis_config/x_label`, axis?.['x_label'], 50);
  string(problems, `${here}/axis_config/y_label`, axis?.['y_label'], 50);
  list(problems, `${here}/series`, drawn['series'], [1, 6], (series, place) => {
    string(problems, `${place}/name`, series['name'], 20, { min: 1, required: true });
    const labels: unknown[] = [];
    list(problems, `${place}/data`, series['data'], [1, 20], (point, spot) => {
      labels.push(point['label']);
      if (!Number.isFinite(point['value'])) problems.add(`${spot}/value`, 'must be a number');
    });
    const all = labels.length === categories.length && categories.every((name) => labels.includes(name));
    if (!all) problems.add(`${place}/data`, 'must have one point for each category');
  });
  unique(problems, drawn['series'], 'name', `${here}/series`);
};

/** https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
const taskCard = (problems: Problems, task: Json, at: string): void => {
  string(problems, `${at}/task_id`, task['task_id'], 255, { min: 1, required: true });
  string(problems, `${at}/title`, task['title'], 3000, { min: 1, required: true });
  if (typeof task['title'] === 'string') problems.count(task['title']);
  oneOf(problems, `${at}/status`, task['status'], ['pending', 'in_progress', 'complete', 'error']);
  for (const field of ['details', 'output']) {
    const entity = record(task[field]);
    if (!entity) {
      if (task[field] !== undefined) problems.add(`${at}/${field}`, 'must be a rich_text block');
      continue;
    }
    if (entity['type'] !== 'rich_text')
      problems.add(`${at}/${field}/type`, `unsupported type: ${String(entity['type'])}`);
    if (Array.isArray(entity['elements']) && entity['elements'].length > 1) {
      problems.add(`${at}/${field}/elements`, 'no more than 1 items allowed');
    }
    richText(problems, entity, `${at}/${field}`);
  }
};

const unique = (problems: Problems, items: unknown, field: string, at: string): void => {
  const values = (Array.isArray(items) ? items : []).map((item) => record(item)?.[field]);
  if (new Set(values).size < values.length) problems.add(at, `\`${field}\` already exists`);
};

const whole = (
  problems: Problems,
  at: string,
  value: unknown,
  [min, max]: readonly [number, number],
): void => {
  if (value === undefined) return;
  if (!Number.isInteger(value) || Number(value) < min || Number(value) > max) {
    problems.add(at, `must be an integer from ${min} to ${max}`);
  }
};

const oneOf = (
  problems: Problems,
  at: string,
  value: unknown,
  known: readonly string[],
  required = false,
): void => {
  if (value === undefined && !required) return;
  if (!known.includes(String(value))) problems.add(at, `must be one of ${known.join(', ')}`);
};
