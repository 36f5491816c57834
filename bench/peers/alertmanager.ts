import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  findAlertmanager,
  type RealAlertmanager,
  startRealAlertmanager,
} from '../../sandbox/alertmanager/real.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { LoadEvent } from '../load/events.ts';
import { mapLimited } from '../load/limited.ts';
import type { SlackStub } from '../load/stub.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Alertmanager that tells the stub of Slack of each alert by itself, and at once. */
export interface Peer extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has them. */
  send(events: readonly LoadEvent[]): Promise<void>;
}

export type StartPeer = (stub: SlackStub) => Promise<Peer>;

/**
 * The Alertmanager that `FARMHAND_ALERTMANAGER` names; else one that was built here before; else it is built from its Go
 * module where there is Go; else the one on `PATH`, such as Debian's. @throws where there is none of them.
 */
export const findPeer = async (say: (line: string) => void): Promise<StartPeer> => {
  const binary = await binaryOf(say);
  const { stdout, stderr } = await exec(binary, ['--version']).catch((error: unknown) => {
    throw new Error(`${binary} does not run as an Alertmanager (${messageOf(error)}). Nothing was measured.`);
  });
  // One that was built without a word about its version says `version  (`.
  const version = /version (\d\S*)/.exec(stdout + stderr)?.[1];
  const name = version === undefined ? 'Alertmanager' : `Alertmanager ${version}`;
  return async (stub) => peerOf(name, await startRealAlertmanager({ binary, config: configOf(stub) }));
};

const binaryOf = async (say: (line: string) => void): Promise<string> => {
  const named = process.env['FARMHAND_ALERTMANAGER'];
  if (named !== undefined) return named;
  const folder = join(root, 'node_modules/.cache/farmhand-bench');
  const built = await findAlertmanager(folder);
  if (built !== undefined) return built;
  const path = process.env['PATH'] ?? '';
  const go = await exec('go', ['version']).then(
    () => true,
    () => false,
  );
  if (go) {
    say('Alertmanager is built from its Go module, about two minutes');
    await mkdir(folder, { recursive: true });
    await exec(join(root, 'scripts/real/alertmanager.sh'), [folder]);
  }
  const found = await findAlertmanager(`${folder}:${path}`);
  if (found !== undefined) return found;
  throw new Error(
    'There is no Alertmanager to measure beside farmhand, and no Go to build one. Nothing was measured. Install either ' +
      '(apt-get install golang, or prometheus-alertmanager), or name a binary in FARMHAND_ALERTMANAGER.',
  );
};

/** A message an alert, not grouped with others, as soon as it is there; what tells it apart goes along. */
const configOf = ({ apiUrl }: SlackStub): string =>
  JSON.stringify({
    route: {
      receiver: 'slack',
      group_by: ['...'],
      group_wait: '0s',
      group_interval: '5m',
      repeat_interval: '4h',
    },
    receivers: [
      {
        name: 'slack',
        slack_configs: [
          {
            api_url: `${apiUrl}chat.postMessage`,
            channel: '#alerts',
            title: '{{ .CommonLabels.alertname }} {{ .CommonLabels.severity }}',
            text: 'bench-series={{ .CommonLabels.series }} {{ .CommonAnnotations.summary }} {{ .CommonAnnotations.description }}',
          },
        ],
      },
    ],
  });

const peerOf = (name: string, running: RealAlertmanager): Peer => ({
  name,
  pid: running.pid,
  send: (events) =>
    mapLimited(bodiesOf(events), 4, async (body) => {
      const answer = await fetch(`${running.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    }),
  [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
});

/** As Prometheus sends at most. */
const alertsInBody = 256;

const bodiesOf = (events: readonly LoadEvent[]): readonly string[] => {
  const bodies: string[] = [];
  for (let at = 0; at < events.length; at += alertsInBody) {
    const alerts = events.slice(at, at + alertsInBody).map(({ alert, series }) => ({
      labels: { ...alert.labels, series },
      annotations: alert.annotations,
      startsAt: alert.startsAt,
      generatorURL: alert.generatorURL,
    }));
    bodies.push(JSON.stringify(alerts));
  }
  return bodies;
};
