import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stepNames, stepTitle } from '../../../src/rebuild/model/steps.ts';
import { stepDefinitions } from '../../../src/rebuild/steps/steps.ts';

test('a step is a row in model/steps.ts and an object in its own file, in the same order', () => {
  expect(Object.keys(stepDefinitions)).toEqual([...stepNames]);
  expect(Object.keys(stepTitle)).toEqual([...stepNames]);
  const files = readdirSync('src/rebuild/steps');
  for (const name of stepNames) {
    expect(stepDefinitions[name].name).toBe(name);
    expect(files).toContain(`${name}.ts`);
  }
});

test('nothing else lists the steps, so a new one is a row, a file and a line', () => {
  const sources = ['src', 'commands', 'views'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`),
  );
  const listing = sources.filter((file) => {
    if (!file.endsWith('.ts')) return false;
    const source = readFileSync(file, 'utf8');
    return stepNames.every((name) => new RegExp(`'${name}'|^\\s*${name}[:,]`, 'm').test(source));
  });
  expect(listing).toEqual(['src/rebuild/model/steps.ts', 'src/rebuild/steps/steps.ts']);
});
