import { expect, test } from 'vitest';
import { load, minimal, problemLines, tokens } from '../minimal.ts';

const env = { ...tokens, PD: 'routing-key', GENIE: 'api-key', HMAC: 'signing-secret' };
const pagers = `
pagers:
  - { name: on-call, pagerduty: { routing_key: { env: PD } } }
  - { name: ops, opsgenie: { api_key: { env: GENIE }, url: https://api.eu.opsgenie.com } }
  - { name: own, webhook: { url: https://pages.example/hook, secret: { env: HMAC } } }
`;
const problems = (more: string) => problemLines(() => load(minimal(more), { env }));
const route = (actions: string): string => `routes:\n  - { name: all, actions: [${actions}] }\n`;

test('pagers and who is told of what are read, and no secret is shown', () => {
  const { routes, pagers: read } = load(
    minimal(pagers + route('thread, { pager: { to: on-call, after: 10m } }, { pager: { to: own } }')),
    { env },
  );
  expect(routes[0]?.actions).toEqual([
    'thread',
    { pager: { to: 'on-call', after: 600_000 } },
    { pager: { to: 'own', after: 0 } },
  ]);
  expect(read[0]?.pagerduty?.routing_key.reveal()).toBe('routing-key');
  expect(JSON.stringify(read)).not.toMatch(/routing-key|api-key|signing-secret/);
});

test('all that is wrong is told at once', () => {
  const wrong = `
pagers:
  - { name: on-call, pagerduty: { routing_key: { env: PD } }, opsgenie: { api_key: { env: GENIE } } }
  - { name: on-call, webhook: { url: https://pages.example/hook, secret: { env: MISSING } } }
${route('{ pager: { to: oncall } }, { pager: { to: on-call } }, { pager: { to: on-call } }')}`;
  const found = problems(wrong).join('\n');
  expect(found).toContain('must have exactly one of pagerduty, opsgenie and webhook');
  expect(found).toContain('MISSING');
  expect(found).toContain('another pager has this name already');
  expect(found).toContain('names no pager: there is no oncall in pagers');
  expect(found).toContain('is told by this route already');
});

test('without pagers none can be told', () => {
  expect(problems(route('{ pager: { to: on-call } }')).join()).toContain('there is none in pagers');
});
