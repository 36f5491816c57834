import { describe, expect, test } from 'vitest';
import { parseRebuildWords } from '../../../commands/parse/rebuild-words.ts';

describe('a reply that is a command from its first to its last word', () => {
  test.each([
    ['approve', { verb: 'approve' }],
    ['scale 12', { verb: 'scale', farmers: 12 }],
    ['Scale to 12 farmers because it is slow', { verb: 'scale', farmers: 12, reason: 'it is slow' }],
    ['scale 12, because it is slow', { verb: 'scale', farmers: 12, reason: 'it is slow' }],
    ['pause waiting for the customer', { verb: 'pause', reason: 'waiting for the customer' }],
    ['pause: “DNS &amp; friends”', { verb: 'pause', reason: 'DNS & friends' }],
    ['resume', { verb: 'resume' }],
    ['resume because they are back', { verb: 'resume', reason: 'they are back' }],
    ['retry', { verb: 'retry' }],
    ['cancel because it was called off', { verb: 'cancel', reason: 'it was called off' }],
    ['cancel — wrong dataset', { verb: 'cancel', reason: 'wrong dataset' }],
  ])('%s', (text, command) => {
    expect(parseRebuildWords(text, false)).toEqual({ kind: 'command', command });
    expect(parseRebuildWords(text, true)).toEqual({ kind: 'command', command });
  });

  test.each([
    ['status', 'status'],
    ['Status?', 'status'],
    ['why', 'why'],
    ['help', 'help'],
  ])('%s', (text, kind) => {
    expect(parseRebuildWords(text, false)).toEqual({ kind });
    expect(parseRebuildWords(text, true)).toEqual({ kind });
  });
});

test.each([
  '',
  'cancel that, I misread',
  'scale is fine I think',
  'scale 12 or 14?',
  'retry later maybe',
  'resume when they are back',
  'status looks good',
  'I would pause it',
  'why is it slow',
])('people talk: %s', (text) => {
  expect(parseRebuildWords(text, false)).toEqual({ kind: 'chatter' });
});

describe('a verb alone is asked back, a mention always', () => {
  test.each([
    ['cancel', false, ['Say why, for whoever looks at it next.']],
    ['pause.', false, ['Say why, for whoever looks at it next.']],
    ['scale', false, ['Say how many farmers.']],
    ['scale up', true, ['“up” is not a number of farmers.']],
    ['scale 12 or 14', true, ['After the number comes “because …”.']],
    ['stauts', true, ['I don’t know “stauts”. Did you mean “status”?']],
    ['status now', true, ['“now” is too much after status.']],
  ])('%s', (text, addressed, problems) => {
    expect(parseRebuildWords(text, addressed)).toMatchObject({ kind: 'unclear', problems });
  });

  test('what a mention says needs no “because”', () => {
    expect(parseRebuildWords('cancel wrong dataset', true)).toEqual({
      kind: 'command',
      command: { verb: 'cancel', reason: 'wrong dataset' },
    });
    expect(parseRebuildWords('', true)).toEqual({ kind: 'help' });
  });
});

test.each(['scale -1 because of the cost', 'cancel because', 'pause because', 'scale to 0.5 because x'])(
  'a command that lacks something, or has it wrong, is answered without a mention: %s',
  (text) => {
    expect(parseRebuildWords(text, false).kind).toBe('unclear');
  },
);
