#!/usr/bin/env node
// Plain JavaScript that an old Node can read: farmhand itself is TypeScript, which Node runs from version 24 on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const main = pathOf('../src/main.ts');
const isNew = Number(process.versions.node.split('.')[0]) >= 24;
const ownNode = pathOf('../node_modules/.bin/node');

if (isNew) {
  process.argv[1] = main;
  await import('../src/main.ts');
} else if (existsSync(ownNode) && process.env.FARMHAND_RESTARTED === undefined) {
  const child = spawn(ownNode, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, FARMHAND_RESTARTED: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`farmhand: Node 24 in node_modules could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else {
  process.stderr.write(
    [
      `farmhand needs Node 24; this is ${process.version} (${process.execPath}). Nothing was started.`,
      'Either install Node 24, or run `npm ci` here: it brings Node 24 into node_modules, and farmhand finds it there.',
    ].join('\n'),
  );
  process.exit(1);
}
