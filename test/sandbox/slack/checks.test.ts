import { describe, expect, test } from 'vitest';
import type { Args } from '../../../sandbox/slack/args.ts';
import { refuse } from '../../../sandbox/slack/blocks/checks.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (over: object = {}) => ({ type: 'button', action_id: 'go', text: plain('Go'), ...over });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const post = (args: Args) => refuse('chat.postMessage', { channel: 'C1', text: 'x', ...args });
const messagesOf = (blocks: unknown) => post({ blocks })?.messages;

describe('texts', () => {
  test('a post may have 40,000 characters, an update 4,000', () => {
    expect(post({ text: 'x'.repeat(40_000) })).toBeUndefined();
    expect(post({ text: 'x'.repeat(40_001) })).toEqual({ error: 'msg_too_long' });
    expect(refuse('chat.update', { text: 'x'.repeat(4000) })).toBeUndefined();
    expect(refuse('chat.update', { text: 'x'.repeat(4001) })).toEqual({ error: 'msg_too_long' });
  });

  test('there must be something to say', () => {
    expect(refuse('chat.postMessage', { channel: 'C1' })).toEqual({ error: 'no_text' });
    expect(refuse('chat.postMessage', { channel: 'C1', blocks: [] })).toEqual({ error: 'no_text' });
    expect(refuse('chat.postMessage', { channel: 'C1', blocks: [section('x')] })).toBeUndefined();
  });

  test('thread_ts is a timestamp, not a number that lost its precision', () => {
    expect(post({ thread_ts: '1700000000.000001' })).toBeUndefined();
    expect(post({ thread_ts: '1700000000.00001' })).toEqual({ error: 'invalid_thread_ts' });
  });
});

describe('blocks at their limits are taken', () => {
  test.each<[string, unknown[]]>([
    ['50 blocks', Array.from({ length: 50 }, () => ({ type: 'divider' }))],
    ['a section of 3,000', [section('x'.repeat(3000))]],
    [
      '10 fields of 1,000',
      [{ type: 'section', fields: Array.from({ length: 10 }, () => mrkdwn('x'.repeat(1000))) }],
    ],
    ['a field of 2,000', [{ type: 'section', fields: [mrkdwn('x'.repeat(2000))] }]],
    ['a header of 150', [{ type: 'header', text: plain('x'.repeat(150)) }]],
    ['10 context elements', [{ type: 'context', elements: Array.from({ length: 10 }, () => mrkdwn('x')) }]],
    ['25 buttons', [actions(...Array.from({ length: 25 }, (_, i) => button({ action_id: `b${i}` })))]],
    [
      'a button of 75 with a value of 2,000',
      [actions(button({ text: plain('x'.repeat(75)), value: 'v'.repeat(2000) }))],
    ],
    ['ids of 255', [{ ...actions(button({ action_id: 'a'.repeat(255) })), block_id: 'b'.repeat(255) }]],
  ])('%s', (_, blocks) => {
    expect(post({ blocks })).toBeUndefined();
  });
});

describe('blocks beyond their limits are invalid_blocks, with the place', () => {
  test.each<[string, unknown[], string]>([
    [
      '51 blocks',
      Array.from({ length: 51 }, () => ({ type: 'divider' })),
      'no more than 50 items allowed [json-pointer:/blocks]',
    ],
    [
      'a section of 3,001',
      [section('x'.repeat(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty section', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'a section of nothing',
      [{ type: 'section' }],
      'missing required field: text or fields [json-pointer:/blocks/0]',
    ],
    [
      '11 fields',
      [{ type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'a field of 2,001',
      [{ type: 'section', fields: [mrkdwn('x'.repeat(2001))] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    [
      'a header of 151',
      [{ type: 'header', text: plain('x'.repeat(151)) }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a header of mrkdwn',
      [{ type: 'header', text: mrkdwn('x') }],
      'must be plain_text [json-pointer:/blocks/0/text/type]',
    ],
    [
      '11 context elements',
      [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      '26 buttons',
      [actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `b${i}` })))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    ['no buttons', [actions()], 'no fewer than 1 items required [json-pointer:/blocks/0/elements]'],
    [
      'a button of 76',
      [actions(button({ text: plain('x'.repeat(76)) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a value of 2,001',
      [actions(button({ value: 'v'.repeat(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a url of 3,001',
      [actions(button({ url: 'u'.repeat(3001) }))],
      'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]',
    ],
    [
      'an action_id twice',
      [actions(button(), button())],
      '`action_id` already exists in this block [json-pointer:/blocks/0/elements]',
    ],
    [
      'a block_id of 256',
      [{ ...section('x'), block_id: 'b'.repeat(256) }],
      'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
    ],
    [
      'a block_id twice',
      [
        { ...section('x'), block_id: 'b' },
        { ...section('x'), block_id: 'b' },
      ],
      '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      'a style of its own',
      [actions(button({ style: 'green' }))],
      'must be primary or danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    ['an unknown block', [{ type: 'sections' }], 'unsupported type: sections [json-pointer:/blocks/0/type]'],
    [
      'an option of 76',
      [actions({ type: 'overflow', action_id: 'o', options: [{ text: plain('x'.repeat(76)), value: 'v' }] })],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
    ],
    [
      '6 options in an overflow',
      [
        actions({
          type: 'overflow',
          action_id: 'o',
          options: Array.from({ length: 6 }, () => ({ text: plain('x'), value: 'v' })),
        }),
      ],
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an image without words',
      [{ type: 'image', image_url: 'https://x' }],
      'missing required field [json-pointer:/blocks/0/alt_text]',
    ],
  ])('%s', (_, blocks, message) => {
    expect(messagesOf(blocks)).toEqual([`[ERROR] ${message}`]);
  });

  test('every problem is named at once', () => {
    expect(messagesOf([section(''), { type: 'x' }])).toHaveLength(2);
  });

  test('what is no list of blocks is told apart', () => {
    expect(post({ blocks: '[{"type":' })).toEqual({ error: 'invalid_blocks_format' });
  });

  test('all texts together have a limit of their own', () => {
    const blocks = (last: number) => [
      ...Array.from({ length: 4 }, () => section('x'.repeat(3000))),
      section('x'.repeat(last)),
    ];
    expect(post({ blocks: blocks(1200) })).toBeUndefined();
    expect(post({ blocks: blocks(1201) })).toEqual({ error: 'msg_blocks_too_long' });
  });
});

describe('metadata', () => {
  test.each<[string, unknown, string | undefined]>([
    ['a type and a payload', { event_type: 'farmhand_alert', event_payload: { id: 'x' } }, undefined],
    ['an empty object (removes it)', {}, undefined],
    ['no payload', { event_type: 'farmhand_alert' }, 'invalid_metadata_format'],
    ['no type', { event_payload: {} }, 'invalid_metadata_format'],
    ['no JSON', 'farmhand', 'invalid_metadata_format'],
    ['too much', { event_type: 'x', event_payload: { id: 'x'.repeat(20_000) } }, 'metadata_too_large'],
  ])('%s', (_, metadata, error) => {
    expect(post({ metadata })?.error).toBe(error);
  });
});

describe('modals', () => {
  const input = {
    type: 'input',
    block_id: 'b',
    label: plain('Why'),
    element: { type: 'plain_text_input', action_id: 'a' },
  };
  const open = (over: object) =>
    refuse('views.open', {
      view: { type: 'modal', title: plain('Silence'), submit: plain('Go'), blocks: [input], ...over },
    });

  test('a good one is taken', () => {
    expect(open({})).toBeUndefined();
    expect(refuse('views.publish', { view: { type: 'home', blocks: [section('x')] } })).toBeUndefined();
  });

  test.each<[string, object, string]>([
    [
      'a title of 25',
      { title: plain('x'.repeat(25)) },
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    ['no title', { title: undefined }, 'must be a text object [json-pointer:/view/title]'],
    [
      'inputs without submit',
      { submit: undefined },
      'is required when there are input blocks [json-pointer:/view/submit]',
    ],
    [
      'private_metadata of 3,001',
      { private_metadata: 'x'.repeat(3001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'a callback_id of 256',
      { callback_id: 'x'.repeat(256) },
      'must be less than 256 characters [json-pointer:/view/callback_id]',
    ],
    [
      '101 blocks',
      { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
  ])('%s is invalid_arguments', (_, over, message) => {
    expect(open(over)).toEqual({ error: 'invalid_arguments', messages: [`[ERROR] ${message}`] });
  });
});
