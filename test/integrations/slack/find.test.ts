import { describe, expect, test } from 'vitest';
import { carriesKey, type SeenMessage } from '../../../src/integrations/slack/find.ts';

const me = { botUserId: 'U0BOT', botId: 'B0BOT', teamId: 'T0', team: 'T', url: 'https://t.slack.com/' };
const key = { kind: 'alert', id: 'a1-x' } as const;
const byMetadata = { metadata: { event_type: 'farmhand_alert', event_payload: { id: 'a1-x' } } };
const byBlock = { blocks: [{ block_id: 'alert:a1-x' }, { block_id: 'alert.buttons' }] };

describe('a message carries the key when', () => {
  test.each<[string, SeenMessage]>([
    ['its metadata says so', { user: 'U0BOT', ...byMetadata }],
    ['its first block_id says so and the metadata is lost', { user: 'U0BOT', ...byBlock }],
    ['it is told by its bot id', { bot_id: 'B0BOT', ...byBlock }],
    ['the metadata is somebody else’s', { user: 'U0BOT', metadata: { event_type: 'other' }, ...byBlock }],
  ])('%s', (_, message) => {
    expect(carriesKey(message, key, me)).toBe(true);
  });
});

describe('a message does not carry the key when', () => {
  test.each<[string, SeenMessage]>([
    ['another person wrote it', { user: 'U0SAM', ...byMetadata, ...byBlock }],
    ['nobody is named', { ...byMetadata, ...byBlock }],
    ['it is of another alert', { user: 'U0BOT', blocks: [{ block_id: 'alert:a1-y' }] }],
    ['it is of another kind', { user: 'U0BOT', blocks: [{ block_id: 'note:a1-x' }] }],
    [
      'the key stands in a later block',
      { user: 'U0BOT', blocks: [{ block_id: 'x' }, { block_id: 'alert:a1-x' }] },
    ],
    ['it has nothing', { user: 'U0BOT' }],
    [
      'its metadata names another alert',
      { user: 'U0BOT', metadata: { event_type: 'farmhand_alert', event_payload: { id: 'a1' } }, ...byBlock },
    ],
  ])('%s', (_, message) => {
    expect(carriesKey(message, key, me)).toBe(false);
  });
});
