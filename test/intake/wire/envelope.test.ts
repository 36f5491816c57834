import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { envelopeJsonSchema, path } from '../../../scripts/generate-envelope-schema.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { EnvelopeSchema } from '../../../src/intake/wire/envelope.ts';
import { alert, context, envelope, firing, fixture, message, webhook } from './messages.ts';

const published = readFileSync(path, 'utf8');

const validator = () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(published));
};

test('the published schema is the code’s (else run: node scripts/generate-envelope-schema.ts)', () => {
  expect(published).toBe(envelopeJsonSchema());
});

describe('published schema, code and decoder agree', () => {
  const valid = validator();
  const adhoc = (data: object, over = {}) => envelope('adhoc', { title: 't', ...data }, over);
  test.each<[string, unknown, boolean]>([
    ['adhoc', adhoc({}), true],
    ['adhoc in full', adhoc({ key: 'k', text: '', severity: 'none', status: 'resolved', links: {} }), true],
    ['dcr', envelope('dcr', { instance: 'system6', event: 'Stalled' }), true],
    ['one alert', envelope('alertmanager', alert()), true],
    ['a webhook', envelope('alertmanager', webhook([alert(), alert()])), true],
    ['a captured webhook', envelope('alertmanager', JSON.parse(fixture(firing))), true],
    [
      'nonce and tier',
      adhoc({}, { tier: 'gold', nonce: { value: 'n', valid_until: '2026-11-20T15:00:00+01:00' } }),
      true,
    ],
    ['version as a string', adhoc({}, { farmhand: '1' }), true],
    ['version 2', adhoc({}, { farmhand: 2 }), false],
    ['no id', adhoc({}, { id: '' }), false],
    ['a time without zone', adhoc({}, { time: '2026-11-20T14:13:42' }), false],
    ['an unknown type', envelope('pager', {}), false],
    ['an unknown field', adhoc({}, { teir: 'gold' }), false],
    ['an unknown field of data', adhoc({ titel: 't' }), false],
    ['an unknown severity', adhoc({ severity: 'page' }), false],
    ['a label that is a number', adhoc({ labels: { a: 1 } }), false],
    ['a link that is none', adhoc({ links: { runbook: 'the wiki' } }), false],
    ['half a nonce', adhoc({}, { nonce: { value: 'n' } }), false],
    ['dcr without an event', envelope('dcr', { instance: 'system6' }), false],
    ['an empty webhook', envelope('alertmanager', webhook([])), true],
    ['an alert without labels', envelope('alertmanager', alert({ labels: undefined })), false],
  ])('%s', (_name, body, expected) => {
    const json: unknown = JSON.parse(JSON.stringify(body));
    expect([
      valid(json),
      EnvelopeSchema.safeParse(json).success,
      decodeMessage(message(json), context).rejections.length === 0,
    ]).toEqual([expected, expected, expected]);
  });
});

test('the examples of docs/envelope.md are read as it says', () => {
  const doc = readFileSync(new URL('../../../docs/envelope.md', import.meta.url), 'utf8');
  const examples = [...doc.matchAll(/```json\n(.*?)```/gs)].map((match) => match[1] ?? '');
  const valid = validator();
  expect(
    examples.map((text) => {
      const [event] = decodeMessage(message(text), context).events;
      const isEnvelope = text.includes('"farmhand"');
      return [
        event?.id,
        event?.type,
        event?.name,
        event?.severity,
        event?.tier,
        isEnvelope && valid(JSON.parse(text)),
      ];
    }),
  ).toEqual([
    ['ci/deploy/deploy-4711', 'adhoc', 'Deploy of checkout failed', 'warning', 'gold', true],
    [expect.stringMatching(/^e\./), 'dcr', 'CacheRebuildStalled', 'error', 'default', true],
    ['prometheus-eu-1/0b6c2f', 'alertmanager', 'HighErrorRate', 'critical', 'default', true],
    ['ci/deploy/deploy-4711', 'adhoc', 'Deploy of checkout failed', 'info', 'default', false],
  ]);
});
