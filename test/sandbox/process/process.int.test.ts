import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { startProcess } from '../../../sandbox/process/process.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';

const sh = (script: string) => ({ name: 'It', command: '/bin/sh', args: ['-c', script] });
/** A killed orphan may stay a zombie until its new parent looks at it: that is dead enough. */
const alive = (pid: number): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout);
};

test('ready by a log line; the log is in the file too; stop ends the whole group', async () => {
  await using dir = await tempDir('process');
  const logFile = join(dir.path, 'it.log');
  const it = await startProcess({
    ...sh('sleep 60 & echo child $!; echo up; wait'),
    logFile,
    ready: { line: /^up$/ },
  });
  const child = Number((await it.waitForLine(/^child/)).split(' ')[1]);
  expect(alive(child)).toBe(true);
  expect(await it.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  expect(it.running).toBe(false);
  await vi.waitFor(() => expect(alive(child)).toBe(false));
  expect(await readFile(logFile, 'utf8')).toBe(`child ${child}\nup\n`);
  expect(await it.stop()).toEqual({ code: null, signal: 'SIGTERM' });
});

test('one that ignores SIGTERM is killed when its time is up', async () => {
  await using it = await startProcess({
    ...sh(`trap '' TERM; echo up; while :; do sleep 0.05; done`),
    ready: { line: /up/ },
    stopTimeout: 100,
  });
  expect(await it.stop()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('one that is paused can be stopped', async () => {
  await using it = await startProcess({ ...sh('echo up; exec sleep 60'), ready: { line: /up/ } });
  it.pause();
  expect(await it.stop()).toEqual({ code: null, signal: 'SIGTERM' });
});

test('an early exit says how it ended and what it printed last', async () => {
  await expect(
    startProcess({ ...sh('echo the disk is full >&2; exit 3'), ready: { line: /up/ } }),
  ).rejects.toThrow(
    'It ended (exit code 3) before it was ready. Nothing of it is left running. Its last lines:\n  the disk is full',
  );
});

test('a timeout says what was waited for', async () => {
  const port = await freePort();
  await expect(
    startProcess({ ...sh('echo hm; exec sleep 60'), ready: { port }, readyTimeout: 1000 }),
  ).rejects.toThrow(`It was not ready within 1s (waited for port ${port}). Nothing of it is left running.`);
});

test('a program that is not installed is named, with what to do', async () => {
  await expect(
    startProcess({ name: 'It', command: 'no-such-program', installHint: 'Install it.' }),
  ).rejects.toThrow('It: no-such-program was not found. Install it.');
});
