import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { methods, slashCommands } from '../../commands/surface.ts';

const root = new URL('../../commands', import.meta.url).pathname;
const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

test('every Web API method that is called is on the list, and no other', () => {
  const called = [...source.matchAll(/client\.((?:\w+\.)+\w+)\(/g)].map((match) => match[1] ?? '');
  expect(new Set(called)).toEqual(new Set(Object.keys(methods)));
});

test('what Slack shows of a command fits its limits', () => {
  for (const { command, description, usage_hint: hint } of Object.values(slashCommands)) {
    expect(command).toMatch(/^\/[a-z-]{1,31}$/);
    expect(description.length).toBeLessThanOrEqual(2000);
    expect(hint.length).toBeLessThanOrEqual(1000);
  }
});
