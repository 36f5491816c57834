import { expect, test } from 'vitest';
import { fillNames, unknownNames } from '../../../src/core/tickets/named-templates.ts';

test('names are filled, what has no value is empty, and a value is never read as a template', () => {
  const values = { 'instance.name': '{{change}}', change: 'CHG1' };
  expect(fillNames('{{ instance.name }}: {{change}}{{alert}} {{other}}', values)).toBe(
    '{{change}}: CHG1 {{other}}',
  );
});

test('names that there are not are told', () => {
  expect(unknownNames('{{instance.nam}} {{change}} {{}}')).toEqual(['instance.nam', '']);
});
