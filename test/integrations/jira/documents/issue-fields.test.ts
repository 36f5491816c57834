import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJql } from '../../../../sandbox/jira/jql.ts';
import { adfSize } from '../../../../src/integrations/jira/documents/adf/adf.ts';
import {
  cleanLabel,
  issueFields,
  labelOf,
  labelQuery,
} from '../../../../src/integrations/jira/documents/issue-fields.ts';

const defaults = { project: 'OPS', issue_type: 'Task', labels: ['farmhand'] };
const request = {
  key: 'a1b2-x/ticket',
  alertId: 'a1b2-x',
  summary: 'two\nlines',
  labels: ['tier prod', 'farmhand', ' '],
  body: { intro: 'i', facts: [], labels: {}, annotations: {} },
};

test('a ticket takes its project and type from the request, else from the config', () => {
  const fields = issueFields(request, defaults, adfSize);
  expect({ ...fields, description: undefined }).toEqual({
    project: { key: 'OPS' },
    issuetype: { name: 'Task' },
    summary: 'two lines',
    labels: ['farmhand-a1b2-x/ticket', 'farmhand', 'tier-prod'],
    description: undefined,
  });
  const other = issueFields(
    { ...request, project: 'SRE', issueType: 'Incident', summary: ' ' },
    defaults,
    adfSize,
  );
  expect([other.project.key, other.issuetype.name, other.summary]).toEqual([
    'SRE',
    'Incident',
    'Alert a1b2-x',
  ]);
});

test('keys that differ have labels that differ, also for a search that ignores case', () => {
  expect(labelOf('abc')).toBe('farmhand-abc');
  expect(labelOf('Abc')).toMatch(/^farmhand-abc-[0-9a-f]{16}$/);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const [one, other] = [labelOf(a), labelOf(b)];
      expect(one).toMatch(/^[a-z0-9._:/-]{1,255}$/);
      if (a !== b) expect(one).not.toBe(other);
    }),
  );
});

test('no label can leave its quotes in a query', () => {
  fc.assert(
    fc.property(fc.string(), (label) => {
      const query = parseJql(labelQuery(label));
      expect(query).toEqual({
        clauses: [{ field: 'labels', negated: false, values: [label] }],
        descending: false,
      });
    }),
  );
});

test('labels lose their white space and keep within the limit', () => {
  expect(cleanLabel(' a  b\nc ')).toBe('a-b-c');
  expect(cleanLabel('x'.repeat(300))).toBe(`${'x'.repeat(254)}…`);
  expect(cleanLabel(' \u0000 ')).toBeUndefined();
});
