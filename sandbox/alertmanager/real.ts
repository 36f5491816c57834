import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../process/free-port.ts';

export interface RealAlertmanager extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** It is ready in under a second on a calm machine. */
const READY_WITHIN_MS = 60_000;

/** Names of the binary: Debian's, and the upstream release's. */
const names = ['prometheus-alertmanager', 'alertmanager'];

/** Path of an installed Alertmanager; undefined where there is none. `searchPath` is `PATH`. */
export const findAlertmanager = async (searchPath: string): Promise<string | undefined> => {
  for (const folder of searchPath.split(':').filter((part) => part !== '')) {
    for (const name of names) {
      const path = join(folder, name);
      const found = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return path;
    }
  }
  return undefined;
};

/**
 * Starts a real Alertmanager on loopback with its own storage and without a cluster, and waits until it is ready.
 * With `webhook`, it sends every alert there. Disposing ends the process and removes its files.
 */
export const startRealAlertmanager = async (options: {
  readonly binary: string;
  readonly port?: number;
  readonly webhook?: { readonly url: string; readonly bearerToken: string };
  /** A whole config file instead of that of `webhook`. */
  readonly config?: string;
}): Promise<RealAlertmanager> => {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'farmhand-alertmanager-'));
  await writeFile(
    join(folder, 'alertmanager.yml'),
    options.config ?? JSON.stringify(configOf(options.webhook)),
  );
  const child = spawn(
    options.binary,
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-4_000);
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const slow = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(slow);
    }
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: stop };
    await delay(50);
  }
  await stop();
  throw new Error(`Alertmanager did not get ready on ${url}; it was stopped. Its last words:\n${log}`);
};

/** YAML is a superset of JSON. */
const configOf = (webhook?: { url: string; bearerToken: string }) => ({
  route: { receiver: 'farmhand', group_by: ['...'], group_wait: '1s', group_interval: '5s' },
  receivers: [
    {
      name: 'farmhand',
      ...(webhook && {
        webhook_configs: [
          {
            url: webhook.url,
            send_resolved: true,
            http_config: { authorization: { credentials: webhook.bearerToken } },
          },
        ],
      }),
    },
  ],
});
