import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Under which name a line of the log says what it is about; and what it must not be called. */
const names: Readonly<Record<string, readonly string[]>> = {
  alert: ['alertId', 'alert_id'],
  rebuild: ['rebuildId', 'rebuild_id'],
  instance: ['instanceName', 'instance_name'],
  nudge: ['job', 'jobId', 'job_id'],
  channel: ['channelId', 'channel_id'],
  user: ['userId', 'user_id', 'person'],
  trace_id: ['trace', 'traceId'],
  span_id: ['span', 'spanId'],
};
/** Of what, nobody knows who reads the line. */
const nameless = ['id', 'ids'];

/** Keys of the object that stands first between the parentheses; those of objects within it are left out. */
const keysOf = (call: string): readonly string[] => {
  const keys: string[] = [];
  let depth = 0;
  for (const part of call.split(/(?<=[{}[\](),])|(?=[{}[\](),])/)) {
    if (depth === 1) {
      const [, key] = /^\s*([A-Za-z_]\w*)\s*(?::|$)/.exec(part) ?? [];
      if (key !== undefined) keys.push(key);
    }
    if ('{[('.includes(part.trim()) && part.trim() !== '') depth++;
    else if ('}])'.includes(part.trim()) && part.trim() !== '' && --depth === 0) break;
  }
  return keys;
};

const callsIn = (source: string): readonly string[] =>
  [...source.matchAll(/\blog\.(?:debug|info|warn|error)\(\s*(?=\{)/g)].map((match) =>
    source.slice(match.index + match[0].length, match.index + match[0].length + 600),
  );

const misnamed = (source: string): readonly string[] =>
  callsIn(source)
    .flatMap(keysOf)
    .filter((key) => nameless.includes(key) || Object.values(names).some((others) => others.includes(key)));

test('the check finds a wrong name, and lets the right ones through', () => {
  expect(keysOf("{ error: messageOf(error), nudge: { kind: 'lane', id: channel } }, 'x')")).toEqual([
    'error',
    'nudge',
  ]);
  expect(misnamed("log.warn({ alert, ...told(id), nudge: { kind, id } }, 'x')")).toEqual([]);
  expect(misnamed("log.warn(\n  { alertId: id, rebuild, id },\n 'x')")).toEqual(['alertId', 'id']);
});

test('an id of an alert, a rebuild or a job stands under one name in every line of the log', () => {
  const found = globSync(['src/**/*.ts', 'commands/**/*.ts']).flatMap((path) =>
    misnamed(readFileSync(path, 'utf8')).map((key) => `${path}: ${key}`),
  );
  expect(found).toEqual([]);
});

test('the page of traces names each of them', () => {
  const page = readFileSync('docs/tracing.md', 'utf8');
  for (const name of Object.keys(names)) expect(page).toContain(`\`${name}\``);
});
