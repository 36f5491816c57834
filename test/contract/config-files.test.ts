import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles, presentText, projectFile } from '../../scripts/generate.ts';
import { environmentSettings } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import { reloadable } from '../../src/config/reload.ts';
import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { keyReferences, type SchemaNode } from '../../src/config/schema/reference.ts';
import { templateExpressions } from '../../src/core/templates.ts';

const read = (path: string) => readFileSync(projectFile(path), 'utf8');
const schema: SchemaNode = configJsonSchema();
const references = Object.entries(schema.properties ?? {}).flatMap(([name, node]) =>
  keyReferences(node.items ?? node, node.items ? `${name}[]` : name),
);
const exampleEnv = Object.fromEntries(
  [...read('.env.example').matchAll(/^#? ?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
);

test.each(generatedFiles)(
  '$path is what the code generates (node scripts/generate.ts)',
  ({ path, write }) => {
    const present = presentText(path);
    expect(present).toBe(write(present));
  },
);

describe('farmhand.yml', () => {
  test('is valid with the variables of .env.example', () => {
    const { LOG_LEVEL: _, KAFKA_BROKERS: __, ...env } = exampleEnv;
    const config = loadConfig({ file: 'farmhand.yml', env, readFile: () => read('farmhand.yml') });
    expect(config.routes.map((route) => route.name)).toEqual(['payments-critical', 'not-production']);
  });

  test('shows every section, and names the schema for editors', () => {
    // Whoever copies it has one region: with the section it would wait for `farmhand promote`.
    const asComments = ['region'];
    for (const section of asComments) expect(read('farmhand.yml')).toContain(`\n# ${section}:\n`);
    expect([...Object.keys(parse(read('farmhand.yml'))), ...asComments].sort()).toEqual(
      Object.keys(schema.properties ?? {}).sort(),
    );
    expect(read('farmhand.yml').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./farmhand.schema.json',
    );
  });
});

describe('farmhand.schema.json', () => {
  const ajv = new Ajv.default({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(configJsonSchema());

  test('accepts the example', () => {
    expect(validate(parse(read('farmhand.yml'))) ? [] : validate.errors).toEqual([]);
  });

  test.each([
    ['an unknown key', { slack: { default_channel: 'C0123' }, lgo: {} }],
    ['a secret in the file', { slack: { default_channel: 'C0123', bot_token: 'xoxb-1' } }],
    ['a channel name', { slack: { default_channel: '#alerts' } }],
    ['no slack section', {}],
    ['a duration without unit', { slack: { default_channel: 'C0123' }, alerts: { refire_window: '4' } }],
  ])('refuses %s', (_, data) => {
    expect(validate(data)).toBe(false);
  });
});

test('every key says what it means', () => {
  expect(references.filter((row) => row.description === '').map((row) => row.path)).toEqual([]);
  expect(references.length).toBeGreaterThan(60);
});

test('.env.example names every variable that farmhand or the example config reads', () => {
  const inExample = [...read('farmhand.yml').matchAll(/^[^#\n]*\{ env: ([A-Z_]+) \}/gm)].map(
    ([, name]) => name,
  );
  // Read with `slack.mode: http`, which the example has as a comment.
  const wanted = [
    'FARMHAND_CONFIG',
    'SLACK_SIGNING_SECRET',
    ...environmentSettings.map((s) => s.variable),
    ...inExample,
  ];
  expect(Object.keys(exampleEnv).sort()).toEqual([...new Set(wanted)].sort());
});

describe('docs/configuration.md', () => {
  const doc = read('docs/configuration.md');

  test('names everything that can be reloaded', () => {
    expect(reloadable.filter((path) => !doc.includes(`\`${path}\``))).toEqual([]);
  });

  test('names every template expression', () => {
    expect(templateExpressions.filter((expression) => !doc.includes(`{{${expression}}}`))).toEqual([]);
  });

  test('its examples are what farmhand says', () => {
    const env = {
      SLACK_BOT_TOKEN: 'xoxb-x',
      SLACK_APP_TOKEN: 'xapp-x',
      FARMHAND_EVENTS_TOKEN: 'x'.repeat(16),
    };
    const text =
      'slack:\n  defaul_channel: C0123\n  default_channel: C0123\n\n\n\n\nroutes:\n  - { name: a, match: [\'severity=="critical"\'] }\n';
    expect(() => loadConfig({ file: 'farmhand.yml', env, readFile: () => text })).toThrow(
      /```\n(farmhand\.yml: 2 problems[^`]*?)\n```/.exec(doc)?.[1],
    );
  });
});
