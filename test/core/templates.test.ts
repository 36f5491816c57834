import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needsOf, parseTemplate, renderTemplate, type TemplateValues } from '../../src/core/templates.ts';

const values = (over: Partial<TemplateValues> = {}): TemplateValues => ({
  labels: { service: 'payments', 'k8s.pod': 'pay-0' },
  annotations: { summary: 'crash' },
  name: 'PodCrashLooping',
  severity: 'warning',
  tier: 'prod',
  summary: 'crash',
  type: 'alertmanager',
  source: 'am-1',
  status: 'firing',
  alert: { id: 'd38937b1a545ff0d-m1' },
  ...over,
});
const done = values({
  thread: { permalink: 'https://x.slack.com/p1', channel: 'C1', ts: '1.2' },
  ticket: { key: 'OPS-1', url: 'https://x.atlassian.net/browse/OPS-1' },
  api_task: { id: 't-1' },
});
const problem = (text: string) => {
  const parsed = parseTemplate(text);
  return parsed.ok ? undefined : parsed.problem;
};

describe('renders', () => {
  test.each([
    ['', ''],
    ['plain {text}', 'plain {text}'],
    [
      '{{name}} ({{severity}}) on {{labels.service}}/{{ labels.k8s.pod }}',
      'PodCrashLooping (warning) on payments/pay-0',
    ],
    ['{{type}} {{source}} {{status}} {{tier}} {{summary}}', 'alertmanager am-1 firing prod crash'],
    ['{{annotations.summary}}{{annotations.none}}', 'crash'],
    ['{{labels.none}}|{{labels.constructor}}|{{labels.__proto__}}', '||'],
    ['{"a":{"b":"{{name}}"}}', '{"a":{"b":"PodCrashLooping"}}'],
    ['{{alert.id}}', 'd38937b1a545ff0d-m1'],
    ['{{thread.permalink}} {{thread.channel}} {{thread.ts}}', 'https://x.slack.com/p1 C1 1.2'],
    ['{{ticket.key}} {{ticket.url}} {{api_task.id}}', 'OPS-1 https://x.atlassian.net/browse/OPS-1 t-1'],
  ])('%s', (text, expected) => {
    expect(renderTemplate(text, done)).toEqual({ text: expected });
  });

  test('a value is never read as a template', () => {
    const nasty = values({ labels: { a: '{{ticket.key}}', b: '$&{{' } });
    expect(renderTemplate('{{labels.a}}{{labels.b}}', nasty)).toEqual({ text: '{{ticket.key}}$&{{' });
  });

  test('nothing, while the result of an action is missing, and says which', () => {
    expect(renderTemplate('{{ticket.key}} {{thread.ts}} {{ticket.key}}', values())).toEqual({
      missing: ['ticket.key', 'thread.ts'],
    });
  });
});

test('knows which earlier actions it needs', () => {
  expect([...needsOf('{{ticket.key}} {{thread.ts}} {{thread.permalink}} {{labels.x}}')].sort()).toEqual([
    'thread',
    'ticket',
  ]);
  expect([...needsOf('{{name}}')]).toEqual([]);
});

describe('refuses, and says what to write', () => {
  test.each([
    ['{{ .Labels.service }}', '{{.Labels.service}} is a Go template; here it is {{labels.service}}'],
    ['{{ $labels.service }}', '{{$labels.service}} is a Go template; here it is {{labels.service}}'],
    ['{{name | toUpper}}', '{{name | toUpper}}: only names, no functions or pipes'],
    ['{{name', 'has a {{ without its }}'],
    ['{{name}} {{', 'has a {{ without its }}'],
  ])('%s', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  test('a name that does not exist, with the nearest that does', () => {
    expect(problem('{{tikcet.key}}')).toMatch(
      /^\{\{tikcet\.key\}\} is nothing a template knows; did you mean ticket\.key\? There are: labels\.x, /,
    );
    expect(problem('{{labels}}')).toContain('is nothing a template knows');
    expect(problem('{{constructor}}')).toContain('is nothing a template knows');
    expect(problem('{{}}')).toContain('is nothing a template knows');
  });
});

test('a text without braces renders as itself, and no text makes the parser throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const rendered = renderTemplate(text, done);
      if (!text.includes('{{')) expect(rendered).toEqual({ text });
    }),
  );
});
