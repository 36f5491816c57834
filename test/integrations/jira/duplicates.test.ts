import { expect, test } from 'vitest';
import { closingTransition } from '../../../src/integrations/jira/duplicates.ts';
import { createTicketMemory, doubtLeft } from '../../../src/integrations/jira/ticket-memory.ts';
import { threadPermalink } from '../../../src/integrations/jira/tickets.ts';

const transition = (id: string, name: string, key: string, fields = {}) => ({
  id,
  name,
  to: { name, statusCategory: { key } },
  fields,
});

test('a ticket is closed by a transition that asks for nothing, one named like "duplicate" first', () => {
  const open = transition('1', 'Start', 'indeterminate');
  const done = transition('2', 'Done', 'done');
  const screen = transition('3', 'Duplicate', 'done', {
    resolution: { required: true, hasDefaultValue: false },
  });
  const duplicate = transition('4', 'Mark as duplicate', 'done', {
    resolution: { required: true, hasDefaultValue: true },
  });
  expect(closingTransition([open, done, screen, duplicate])).toBe('4');
  expect(closingTransition([open, screen, done])).toBe('2');
  expect(closingTransition([open, screen])).toBeUndefined();
});

test('a ticket in doubt waits a minute and two looks', () => {
  expect(doubtLeft({ since: 0, looks: 2 }, 59_999)).toBe(5_000);
  expect(doubtLeft({ since: 0, looks: 2 }, 45_000)).toBe(15_000);
  expect(doubtLeft({ since: 0, looks: 5 }, 0)).toBe(20_000);
  expect(doubtLeft({ since: 0, looks: 1 }, 60_000)).toBe(5_000);
  expect(doubtLeft({ since: 0, looks: 2 }, 60_000)).toBe(0);
});

test('the memory keeps the latest', () => {
  const memory = createTicketMemory(2);
  for (const label of ['a', 'b', 'a', 'c']) memory.set(label, { state: 'clean' });
  expect(['a', 'b', 'c'].map((label) => memory.get(label)?.state)).toEqual(['clean', undefined, 'clean']);
});

test('a Slack permalink is known by its path', () => {
  const body = (url: string) => ({
    intro: '',
    facts: [{ name: 'x', value: 'y', url }],
    labels: {},
    annotations: {},
  });
  const link = 'https://acme.slack-gov.com/archives/C0ABC/p1700000000000100?thread_ts=1';
  expect(threadPermalink(body(link))).toBe(link);
  expect(threadPermalink(body('javascript:/archives/C0ABC/p1'))).toBeUndefined();
  expect(threadPermalink(body('https://example.com/archives/C0ABC'))).toBeUndefined();
});
