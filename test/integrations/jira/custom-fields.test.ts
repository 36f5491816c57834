import { expect, test } from 'vitest';
import type { CreateField } from '../../../src/integrations/jira/client/schema.ts';
import { shapedFields } from '../../../src/integrations/jira/custom-fields.ts';

const field = (fieldId: string, name: string, schema: CreateField['schema'], ...allowed: string[]) => ({
  ...{ fieldId, name, required: false, hasDefaultValue: false, schema },
  ...(allowed.length > 0 && { allowedValues: allowed.map((value, i) => ({ id: String(i + 1), value })) }),
});
const screen = [
  field('customfield_1', 'Change number', { type: 'string', custom: 'x:textfield' }),
  field('customfield_2', 'Plan', { type: 'string', custom: 'x:textarea' }),
  field('customfield_3', 'Risk', { type: 'option' }, 'Low', 'High'),
  field('customfield_4', 'Farmers', { type: 'number' }),
  field('components', 'Components', { type: 'array', items: 'component' }, 'Caches', 'Farm'),
  field('customfield_5', 'Owner', { type: 'user' }),
  field('duedate', 'Due date', { type: 'date' }),
  field('environment', 'Environment', { type: 'string' }),
  field('labels', 'Labels', { type: 'array', items: 'string' }),
];
const forms = { rich: (text: string) => ({ doc: text }), person: 'accountId' } as const;

test('what the config says becomes what the create screen asks for, by name or id', () => {
  const given = {
    'change number': 'CHG0012345',
    customfield_2: '*plan*',
    Risk: 'high',
    Farmers: 24,
    Components: ['Caches', 'Farm'],
    Owner: 'abc',
    duedate: '2026-11-20',
  };
  expect(shapedFields(given, screen, forms)).toEqual({
    fields: {
      customfield_1: 'CHG0012345',
      customfield_2: { doc: '*plan*' },
      customfield_3: { id: '2' },
      customfield_4: 24,
      components: [{ id: '1' }, { id: '2' }],
      customfield_5: { accountId: 'abc' },
      duedate: '2026-11-20',
    },
    problems: [],
  });
});

test('everything that is wrong is said at once; what is only known later is not', () => {
  const given = {
    Risk: 'Middle',
    Farmers: 'many',
    Colour: 'red',
    Components: ['Cash'],
    'Due date': 'soon',
    'Change number': ['a'],
    customfield_3: '{{change}}',
  };
  const { problems } = shapedFields(given, screen, { ...forms, isOpen: (text) => text.includes('{{') });
  expect(problems.map(({ field: name, message }) => `${name} ${message}`)).toEqual([
    'Risk may not be Middle; it is one of Low, High',
    'Farmers must be a number, and is many',
    `Colour is no field of its create screen; there is ${screen.map(({ name }) => name).join(', ')}`,
    'Components may not be Cash; it is one of Caches, Farm',
    'Due date must be a date such as 2026-11-20, and is soon',
    'Change number takes one value, not a list',
  ]);
});

test('what farmhand sets itself is not overwritten, and a line is as long as Jira takes it', () => {
  const given = { Labels: ['mine'], Environment: 'gov', 'Change number': `a\n${'b'.repeat(300)}` };
  expect(shapedFields(given, screen, forms)).toEqual({
    fields: { environment: { doc: 'gov' }, customfield_1: `a ${'b'.repeat(252)}…` },
    problems: [{ field: 'Labels', message: 'is set by farmhand itself: take it out' }],
  });
});
