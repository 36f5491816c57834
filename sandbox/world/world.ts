import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startAlertmanager } from '../alertmanager/start.ts';
import { startJira } from '../jira/start.ts';
import type { SiteKind } from '../jira/world.ts';
import { kafkaMissing } from '../kafka/available.ts';
import { type KafkaBroker, startKafka } from '../kafka/start.ts';
import { freePort, freePortFrom } from '../process/free-port.ts';
import type { ManagedProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';
import { startRedis } from '../redis/start.ts';
import type { Pacing } from '../slack/control/pacing.ts';
import { deliverOverHttp } from '../slack/over-http.ts';
import { startSlackBox } from '../slack/start.ts';
import { startSreApi } from '../sre-api/start.ts';
import {
  deadLetterTopic,
  type SandboxTuning,
  sandboxConfig,
  sandboxTokens,
  sandboxTopics,
} from './config.ts';
import { type FarmhandSpec, runFarmhand, startFarmhand } from './farmhand.ts';
import { type RebuildWorldOptions, startRebuildWorld } from './rebuild-world.ts';

export interface WorldOptions extends SandboxTuning {
  /** `auto`: where Java and Maven are there, else events go in over HTTP. Default `never`. */
  readonly kafka?: 'auto' | 'never' | 'always';
  /** Of the local Slack; default: its own limits. */
  readonly slackPacing?: Pacing;
  /** Which Jira there is; default: cloud. */
  readonly jira?: SiteKind;
  /** Preferred ports; the next free one is taken where one is in use. Default: any free one. */
  readonly ports?: { readonly slack: number; readonly farmhand: number; readonly jira: number };
  /** With what rebuilds need: a simulated cluster and engine, a deployment repository. Default: without. */
  readonly rebuilds?: RebuildWorldOptions;
  readonly searchPath?: string;
  readonly onProgress?: (line: string) => void;
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Everything that farmhand talks to, as real programs on loopback; farmhand itself is started by `start`. */
export const startWorld = async (options: WorldOptions = {}) => {
  const say = options.onProgress ?? (() => {});
  await using starting = new AsyncDisposableStack();
  const dir = starting.use(await tempDir('world'));
  const portFor = async (name: keyof NonNullable<WorldOptions['ports']>): Promise<number> => {
    const { ports } = options;
    if (ports === undefined) return freePort();
    const port = await freePortFrom(ports[name], Object.values(ports));
    if (port !== ports[name]) say(`Port ${ports[name]} is in use; ${name} is on ${port}`);
    return port;
  };
  const redis = starting.use(await startRedis());
  say(`Redis                 ${redis.url}`);
  const slack = starting.use(
    await startSlackBox({
      ...(options.slackPacing !== undefined && { pacing: options.slackPacing }),
      ...(options.ports && { port: await portFor('slack') }),
    }),
  );
  say(`Slack                 ${slack.webUrl}`);
  const jira = starting.use(
    await startJira({
      ...(options.jira && { kind: options.jira }),
      ...(options.ports && { port: await portFor('jira') }),
    }),
  );
  say(`Jira (simulated)      ${jira.url}`);
  const sreApi = starting.use(await startSreApi());
  const alertmanager = starting.use(await startAlertmanager({ searchPath: options.searchPath ?? '' }));
  say(`Alertmanager          ${alertmanager.url} (${alertmanager.kind})`);
  const rebuilds = options.rebuilds && starting.use(await startRebuildWorld(dir.path, options.rebuilds, say));
  const kafka = await maybeKafka(options.kafka ?? 'never', say);
  if (kafka) starting.use(kafka);
  const port = await portFor('farmhand');
  const configFile = join(dir.path, 'farmhand.yml');
  const config = sandboxConfig(
    {
      slackApi: slack.apiUrl,
      redis: redis.url,
      ...(kafka && { kafka: kafka.address }),
      jira: { kind: jira.kind, host: jira.url },
      alertmanager: alertmanager.url,
      sreApi: sreApi.url,
      port,
    },
    { ...options, sections: { ...rebuilds?.config, ...options.sections } },
  );
  await writeFile(configFile, config);
  const url = `http://127.0.0.1:${port}`;
  const slackRequests =
    options.slackMode === 'http'
      ? starting.use(
          await deliverOverHttp({
            ...{ apiUrl: slack.apiUrl, appToken: slack.appToken },
            signingSecret: sandboxTokens.slackSigning,
            url: `${url}/slack/events`,
          }),
        )
      : undefined;
  const processes = starting.use(new AsyncDisposableStack());

  /** What the config takes from the environment. */
  const secrets: Readonly<Record<string, string>> = {
    SLACK_BOT_TOKEN: slack.botToken,
    ...(slackRequests
      ? { SLACK_SIGNING_SECRET: sandboxTokens.slackSigning }
      : { SLACK_APP_TOKEN: slack.appToken }),
    [jira.kind === 'cloud' ? 'JIRA_API_TOKEN' : 'JIRA_PERSONAL_ACCESS_TOKEN']: jira.token,
    FARMHAND_EVENTS_TOKEN: sandboxTokens.events,
    FARMHAND_API_TOKEN: sandboxTokens.api,
    FARMHAND_AUDIT_TOKEN: sandboxTokens.audit,
  };

  return {
    dir: dir.path,
    configFile,
    redis,
    slack,
    /** How Slack's requests went, with `slackMode: 'http'`. */
    slackRequests,
    jira,
    sreApi,
    alertmanager,
    kafka,
    rebuilds,
    port,
    url,
    tokens: sandboxTokens,
    secrets,
    /** Starts farmhand; a second one on a port of its own is a replica. */
    start: async (spec: Partial<FarmhandSpec> = {}): Promise<ManagedProcess> =>
      processes.use(
        await startFarmhand({
          configFile,
          port,
          logFile: join(dir.path, 'farmhand.log'),
          ...spec,
          env: { ...secrets, ...rebuilds?.env, ...spec.env },
        }),
      ),
    /** `farmhand …` with its config, or another; its standard output. */
    run: (args: readonly string[], config = configFile): Promise<string> =>
      runFarmhand([...args, '--config', config], { ...secrets, ...rebuilds?.env }),
    [Symbol.asyncDispose]: (
      (all) => () =>
        all.disposeAsync()
    )(starting.move()),
  };
};

const maybeKafka = async (
  wanted: 'auto' | 'never' | 'always',
  say: (line: string) => void,
): Promise<KafkaBroker | undefined> => {
  if (wanted === 'never') return undefined;
  const missing = await kafkaMissing(process.env);
  if (wanted === 'auto' && missing.length > 0) {
    say(`Kafka                 not here: ${missing.join('. ')}. Events go in over HTTP`);
    return undefined;
  }
  const kafka = await startKafka({
    topics: [
      { name: sandboxTopics.gold, partitions: 3 },
      { name: sandboxTopics.other, partitions: 3 },
      { name: deadLetterTopic, partitions: 1, config: { 'retention.bytes': '67108864' } },
    ],
    onProgress: say,
  });
  say(`Kafka                 ${kafka.address}`);
  return kafka;
};
