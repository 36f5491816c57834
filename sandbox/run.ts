import { once } from 'node:events';
import { createKafkaEmitter } from '../src/integrations/kafka/client/emitter.ts';
import { help, parseFlags, type SandboxFlags } from './flags.ts';
import { createGenerator, type Generator } from './generator/generator.ts';
import { httpSender, kafkaSender } from './generator/senders.ts';
import { quietLog } from './quiet-log.ts';
import { createTroubles } from './troubles.ts';
import { sandboxTopics } from './world/config.ts';
import { startWorld, type World } from './world/world.ts';

const ports = { slack: 3500, farmhand: 3501, jira: 3502 };

/** Whoever has a receiver of traces sends those of the sandbox there; see docs/tracing.md. */
const tracingVariables = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('OTEL_') && value !== undefined ? [[name, value]] : [],
    ),
  );

/** Starts everything, says where to look, plays alerts, and stops everything. Answers the exit code. */
export const runSandbox = async (args: readonly string[]): Promise<number> => {
  const parsed = parseFlags(args);
  if ('help' in parsed) {
    console.log(help);
    return 0;
  }
  if ('problems' in parsed) {
    const lines = [
      ...parsed.problems.map((problem) => `farmhand sandbox: ${problem}`),
      'Nothing was started.',
    ];
    console.error([...lines, '', help].join('\n'));
    return 1;
  }
  const { flags } = parsed;
  const stop = stopSignal(flags);
  const started = Date.now();
  console.log('Starting the sandbox. Everything listens on this machine only.\n');
  try {
    await using world = await startWorld({
      kafka: flags.kafka,
      jira: flags.jira,
      ports,
      searchPath: process.env['PATH'] ?? '',
      ...(flags.rebuilds && { rebuilds: {} }),
      onProgress: (line) => console.log(`  ${line}`),
    });
    if (stop.aborted) return 0;
    const farmhand = await world.start({ env: tracingVariables() });
    console.log(`  farmhand              ${world.url}`);
    console.log(`\nReady in ${((Date.now() - started) / 1000).toFixed(1)} s.\n\n${addresses(world)}\n`);
    await using sender = await openSender(world);
    const generator = createGenerator({
      seed: flags.seed,
      speed: flags.speed,
      send: sender.send,
      onError: (error) => console.error(`  an alert could not be sent: ${String(error)}`),
    });
    const playing = flags.alerts ? generator.run(stop) : undefined;
    if (process.stdin.isTTY) listenToKeys(generator, stop, world);
    await Promise.race([once(stop, 'abort'), farmhand.exited]);
    if (!stop.aborted) {
      console.error(`farmhand ended by itself. Its last lines:\n${farmhand.tail(20).join('\n')}`);
      return 1;
    }
    console.log('\nStopping everything …');
    await playing;
    return 0;
  } catch (error) {
    console.error(`\nThe sandbox could not start: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    if (process.stdin.isTTY) process.stdin.setRawMode(false).pause();
  }
};

const addresses = (world: World): string => `Open
  Slack                 ${world.slack.webUrl}   (channels #alerts, #alerts-payments, #dcr)
  Jira                  ${world.jira.url}
  Alerts as JSON        curl -H 'Authorization: Bearer ${world.tokens.api}' ${world.url}/v1/alerts
  Metrics               ${world.url}/metrics
  Status                ${world.url}/statusz

Try    Acknowledge a firing alert, type "why" in its thread, run /alerts in any channel.
${world.rebuilds ? rebuildLines : ''}${process.stdin.isTTY ? `${keysLine}${world.rebuilds ? troubleKeys : ''}` : 'Stop   Ctrl-C'}`;

const rebuildLines = `       Start a rebuild: /dcr start system6 --reason "new dataset" in #dcr. Its card follows it; two minutes to the end.
       Meanwhile: /dcr scale system6 10, pause, resume, /dcr doctor system7, farmhand's App Home.
`;

const troubleKeys = `
       1 kill a farmer · 2 kill the synchronizer · 3 freeze progress · 4 break DNS · 5 revert a scale`;

const keysLine =
  'Keys   s a storm · f a flapping alert · r everything resolves · p a pause · q stop (or Ctrl-C)';

const openSender = async (world: World) => {
  if (!world.kafka) {
    return {
      send: httpSender({ url: world.url, token: world.tokens.events }),
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const settings = { brokers: [world.kafka.address], client_id: 'sandbox', tls: false };
  const emitter = await createKafkaEmitter(settings, { log: quietLog });
  return {
    send: kafkaSender(emitter.emit, { byTier: { gold: sandboxTopics.gold }, other: sandboxTopics.other }),
    [Symbol.asyncDispose]: () => emitter[Symbol.asyncDispose](),
  };
};

const stopSignal = ({ forMs }: SandboxFlags): AbortSignal => {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'sandbox:stop']) process.once(signal, stop);
  // Nobody reads what it prints any more, as in `farmhand sandbox | head`: it is stopped, not dropped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stop);
  if (forMs !== undefined) setTimeout(stop, forMs).unref();
  return controller.signal;
};

interface Key {
  /** Answers what it did, where that is not always the same. */
  readonly does: () => unknown;
  readonly says: string;
}

const listenToKeys = (generator: Generator, stop: AbortSignal, world: World): void => {
  const troubles = world.rebuilds && createTroubles(world.rebuilds);
  const keys: Readonly<Record<string, Key>> = {
    ...(troubles && {
      1: { does: troubles.killFarmer, says: '' },
      2: { does: troubles.killSynchronizer, says: '' },
      3: { does: troubles.freeze, says: '' },
      4: { does: troubles.breakDns, says: '' },
      5: { does: troubles.revertScale, says: '' },
    }),
    s: { does: generator.storm, says: 'A storm.' },
    f: { does: generator.flap, says: 'An alert that comes and goes.' },
    r: { does: generator.resolveAll, says: 'Everything resolves.' },
    p: { does: generator.quiet, says: 'Quiet for five minutes.' },
    q: { does: () => process.emit('sandbox:stop' as never), says: '' },
    '': { does: () => process.emit('sandbox:stop' as never), says: '' },
  };
  process.stdin.setRawMode(true).setEncoding('utf8').resume();
  process.stdin.on('data', (typed: Buffer | string) => {
    const key = keys[String(typed)];
    if (!key || stop.aborted) return;
    if (key.says !== '') console.log(`  ${key.says}`);
    const did = key.does();
    if (typeof did === 'string') console.log(`  ${did}`);
  });
};
