import { expect, test } from 'vitest';
import { presentText } from '../../../scripts/generate.ts';
import { configJsonSchema } from '../../../src/config/schema/json-schema.ts';
import { keyReferences } from '../../../src/config/schema/reference.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';

const page = presentText('docs/retention.md');
const inCode = [...page.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** Each key of Redis as the page writes it. A lease is named by whoever holds it, and gone in seconds. */
const keys = (): readonly string[] => {
  const { prefix, full: _, lease: __, ...named } = createKeys('p');
  return Object.values(named)
    .flatMap((key) => {
      const made = typeof key === 'string' ? key : key('…', '…');
      return typeof made === 'string' ? [made] : Object.values(made);
    })
    .map((key) => key.replace(prefix, ''));
};

test('says of each key of Redis how long it stays', () => {
  expect(keys().filter((key) => !inCode.includes(key))).toEqual([]);
});

test('names only keys that are there: of Redis, and of the config', () => {
  const known = new Set([...keys(), ...keyReferences(configJsonSchema()).map(({ path }) => path)]);
  const named = inCode.filter((text) => /^[a-z_]+(\.[a-z_]+)+$|^[a-z]+(:[a-z…]+)+$/.test(text));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((text) => !known.has(text))).toEqual([]);
});

test('says what each key of the config that is a retention says where nothing is written', () => {
  const usual = new Map(keyReferences(configJsonSchema()).map(({ path, fallback }) => [path, fallback]));
  const said = [
    'audit.keep',
    'rebuilds.journal_lines',
    'alerts.retention',
    'alerts.journal_lines',
    'alerts.event_retention',
    'dead_letters.max_age',
    'dead_letters.remember_replays',
  ].map((path) => [path, usual.get(path)]);
  expect(said).toEqual([
    ['audit.keep', '`400d`'],
    ['rebuilds.journal_lines', '`50000`'],
    ['alerts.retention', '`30d`'],
    ['alerts.journal_lines', '`200`'],
    ['alerts.event_retention', '`7d`'],
    ['dead_letters.max_age', '`30d`'],
    ['dead_letters.remember_replays', '`400d`'],
  ]);
});
