import type { types } from '@slack/bolt';
import { plain } from './escape.ts';
import { limits } from './limits.ts';

export type Block = types.KnownBlock;
/** `@slack/types` 3.2.0 does not know `data_visualization`. */
export type RichBlock = types.AnyBlock;
export type ModalView = types.ModalView;
type Button = types.Button;

/** A message as it is handed to `chat.postMessage`: always with the `text` that notifications show. */
export interface Message {
  readonly text: string;
  /** As every Slack shows it. */
  readonly blocks: Block[];
  /**
   * The same in the blocks of 2026, where it reads better so (`views/rich/`). The adapter picks the form (`slack.blocks`); the
   * other one is sent where Slack does not know these. Both tell the same, and have the same ids.
   */
  readonly rich?: readonly RichBlock[];
}

/**
 * mrkdwn whose untrusted parts went through `escape.ts`. `verbatim`: Slack must not turn plain addresses, channel
 * names or users in it into links.
 */
const mrkdwn = (text: string): types.MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });
export const plainText = (text: string, max: number): types.PlainTextElement => ({
  type: 'plain_text',
  text: plain(text, max) || ' ',
  emoji: true,
});

export const section = (
  text: string,
  options: { id?: string; accessory?: Button } = {},
): types.SectionBlock => ({
  type: 'section',
  text: mrkdwn(text),
  ...(options.id !== undefined && { block_id: options.id }),
  ...(options.accessory && { accessory: options.accessory }),
});

/** A message of nothing else. */
export const plainMessage = (text: string): Message => ({ text, blocks: [section(text)] });

/** Small grey text; empty lines are left out. */
export const context = (...lines: readonly (string | undefined | false)[]): types.ContextBlock[] => {
  const text = lines.filter((line) => line !== undefined && line !== false && line !== '').join('\n');
  return text === '' ? [] : [{ type: 'context', elements: [mrkdwn(text)] }];
};

export const divider = (): Block => ({ type: 'divider' });

export const button = (
  label: string,
  actionId: string,
  to: { value: string } | { url: string },
  style?: 'primary' | 'danger',
): Button => ({
  type: 'button',
  text: plainText(label, limits.buttonText),
  action_id: actionId,
  ...to,
  ...(style && { style }),
});

/** A choice that is acted upon at once. */
export const select = (
  placeholder: string,
  actionId: string,
  options: readonly { readonly label: string; readonly value: string }[],
): types.StaticSelect => ({
  type: 'static_select',
  action_id: actionId,
  placeholder: plainText(placeholder, limits.buttonText),
  options: options.map(({ label, value }) => ({ text: plainText(label, limits.buttonText), value })),
});

export const actions = (id: string, elements: (Button | types.StaticSelect)[]): Block => ({
  type: 'actions',
  block_id: id,
  elements,
});

/** The parts of a line that say something, between middle dots. */
export const dotted = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => part !== undefined && part !== false && part !== '').join(' · ');
