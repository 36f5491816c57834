import { readdirSync, readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chartSchema } from '../../../scripts/chart-schema.ts';
import { loadConfig } from '../../../src/config/load.ts';

const chart = new URL('../../../helm/farmhand/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, chart), 'utf8');
const examples = readdirSync(new URL('ci/', chart)).map((name) => `ci/${name}`);
const validate = addFormats
  .default(new Ajv.default({ strict: false, allErrors: true }))
  .compile(chartSchema());

describe.each(['values.yaml', ...examples])('%s', (path) => {
  test('matches the schema of the values', () => {
    validate(parse(read(path)));
    expect(validate.errors).toBeNull();
  });
});

test.each(examples)('the config of %s is one that farmhand takes', (path) => {
  const { config } = parse(read(path));
  const slack = {
    SLACK_BOT_TOKEN: 'xoxb-x',
    SLACK_APP_TOKEN: 'xapp-x',
    SLACK_SIGNING_SECRET: 'z'.repeat(32),
  };
  const secrets = { ...slack, JIRA_API_TOKEN: 'jira-x' };
  const env = { ...secrets, FARMHAND_API_TOKEN: 'x'.repeat(16), FARMHAND_EVENTS_TOKEN: 'y'.repeat(16) };
  const readFile = (file: string): string =>
    file === 'farmhand.yml' ? JSON.stringify(config) : 'redis://redis:6379';
  expect(loadConfig({ file: 'farmhand.yml', env, readFile }).slack.default_channel).toBe('C0123ABCD');
});

test('the values that ship say every value that the schema knows', () => {
  const known = Object.keys((chartSchema()['properties'] ?? {}) as object).filter((key) => key !== 'global');
  expect(Object.keys(parse(read('values.yaml'))).sort()).toEqual(known.sort());
});

test('the version of the chart is the version of farmhand', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', chart), 'utf8'));
  expect(parse(read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});
