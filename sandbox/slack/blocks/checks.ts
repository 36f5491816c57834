import { type Args, record, text } from '../args.ts';
import { checkBlocks } from './block-kit.ts';
import { createProblems, string, textObject } from './block-problems.ts';

/** What Slack answers instead of doing it. */
export interface Refusal {
  readonly error: string;
  readonly messages?: readonly string[];
}

/** All texts of a message's blocks together; undocumented, seen at about 13,200 (slackapi/bolt-js#2509). */
const mostBlockCharacters = 13_200;
/** `text` of a post; more is refused here, where Slack may cut it. */
const mostTextCharacters = 40_000;
/** `text` of an update. https://docs.slack.dev/reference/methods/chat.update */
const mostUpdateCharacters = 4000;
const mostMetadataBytes = 16_384;

/** Looks at the arguments alone; undefined when Slack would take them. */
export const refuse = (method: string, args: Args): Refusal | undefined => {
  switch (method) {
    case 'chat.postMessage':
    case 'chat.postEphemeral':
      return message(args, mostTextCharacters) ?? metadata(args['metadata']);
    case 'chat.update':
      return message(args, mostUpdateCharacters) ?? metadata(args['metadata']);
    case 'views.open':
    case 'views.push':
    case 'views.update':
    case 'views.publish':
      return view(args['view']);
    default:
      return undefined;
  }
};

const message = (args: Args, mostText: number): Refusal | undefined => {
  const { blocks } = args;
  const words = text(args['text']);
  if (blocks !== undefined && !Array.isArray(blocks)) return { error: 'invalid_blocks_format' };
  if (words === '' && !blocks?.length && args['attachments'] === undefined) return { error: 'no_text' };
  if (words.length > mostText) return { error: 'msg_too_long' };
  if (args['thread_ts'] !== undefined && !/^\d{10}\.\d{6}$/.test(text(args['thread_ts']))) {
    return { error: 'invalid_thread_ts' };
  }
  if (blocks === undefined) return undefined;
  const { problems, characters } = checkBlocks(blocks, 'message');
  if (problems.length > 0) return { error: 'invalid_blocks', messages: problems };
  return characters > mostBlockCharacters ? { error: 'msg_blocks_too_long' } : undefined;
};

const metadata = (value: unknown): Refusal | undefined => {
  if (value === undefined) return undefined;
  const given = record(value);
  if (!given) return { error: 'invalid_metadata_format' };
  if (Object.keys(given).length === 0) return undefined;
  if (text(given['event_type']) === '' || !record(given['event_payload'])) {
    return { error: 'invalid_metadata_format' };
  }
  return Buffer.byteLength(JSON.stringify(given)) > mostMetadataBytes
    ? { error: 'metadata_too_large' }
    : undefined;
};

const view = (value: unknown): Refusal | undefined => {
  const given = record(value);
  if (!given) return { error: 'invalid_arguments', messages: ['[ERROR] missing required field: view'] };
  const modal = given['type'] === 'modal';
  const problems = createProblems();
  if (!modal && given['type'] !== 'home') problems.add('/view/type', 'must be modal or home');
  if (modal) {
    textObject(problems, '/view/title', given['title'], 24, { plain: true, required: true });
    textObject(problems, '/view/submit', given['submit'], 24, { plain: true });
    textObject(problems, '/view/close', given['close'], 24, { plain: true });
  }
  string(problems, '/view/private_metadata', given['private_metadata'], 3000);
  string(problems, '/view/callback_id', given['callback_id'], 255);
  string(problems, '/view/external_id', given['external_id'], 255);
  const { blocks } = given;
  const asks = Array.isArray(blocks) && blocks.some((block) => record(block)?.['type'] === 'input');
  if (modal && asks && given['submit'] === undefined) {
    problems.add('/view/submit', 'is required when there are input blocks');
  }
  const messages = [...problems.list, ...checkBlocks(blocks, 'view', '/view/blocks').problems];
  return messages.length === 0 ? undefined : { error: 'invalid_arguments', messages };
};
