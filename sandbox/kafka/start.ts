import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FarmhandError } from '../../src/core/errors.ts';
import { freePort } from '../process/free-port.ts';
import { type Exit, type ManagedProcess, startProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';
import { kafkaMissing } from './available.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { ensureJars } from './jars.ts';
import { javaCommand } from './java.ts';
import { type KafkaUser, scramMechanisms, serverProperties } from './properties.ts';
import { createTopics, jvm, runTool, type TopicSpec } from './tools.ts';

export interface KafkaOptions {
  /** Where it keeps its log; default: a temporary directory, removed at the end. */
  readonly dir?: string;
  readonly port?: number;
  readonly topics?: readonly TopicSpec[];
  /** Also listen with SASL (PLAIN, SCRAM) and with TLS (client certificates required). */
  readonly secure?: boolean;
  readonly logFile?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (line: string) => void;
}

export interface KafkaBroker extends AsyncDisposable {
  /** `host:port` of the listener without encryption. */
  readonly address: string;
  readonly secure?: {
    readonly saslAddress: string;
    readonly sslAddress: string;
    readonly user: KafkaUser;
    readonly certificates: Certificates;
  };
  readonly dir: string;
  readonly process: ManagedProcess;
  createTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Runs one of Kafka's own tools, e.g. `org.apache.kafka.tools.ConsoleProducer`; its output. */
  runTool(mainClass: string, args: readonly string[], input?: string): Promise<string>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  kill(): Promise<Exit>;
  /** Stops it if it runs, and starts it on the same ports and directory. */
  restart(): Promise<void>;
  stop(): Promise<Exit>;
}

/**
 * A real Apache Kafka of one node (KRaft) on loopback, ready to use. The first start fetches it.
 * Throws `kafka_unavailable` with all that is missing when it cannot run here.
 */
export const startKafka = async (options: KafkaOptions = {}): Promise<KafkaBroker> => {
  const env = options.env ?? process.env;
  const missing = await kafkaMissing(env);
  if (missing.length > 0) {
    throw new FarmhandError('kafka_unavailable', `Kafka cannot be started here. ${missing.join('. ')}.`);
  }
  const jars = await ensureJars(env, options.onProgress);
  const toolbox = { java: javaCommand(env), classPath: join(jars, '*') };
  const temporary = options.dir === undefined ? await tempDir('kafka') : undefined;
  const dir = options.dir ?? temporary?.path ?? '';
  try {
    const data = join(dir, 'data');
    const config = join(dir, 'server.properties');
    await mkdir(dir, { recursive: true });
    const certificates = options.secure ? await makeCertificates(dir) : undefined;
    const user = options.secure
      ? { username: 'farmhand', password: randomBytes(12).toString('hex') }
      : undefined;
    const ports = {
      plain: options.port ?? (await freePort()),
      controller: await freePort(),
      ...(options.secure ? { sasl: await freePort(), ssl: await freePort() } : {}),
    };
    await writeFile(
      config,
      serverProperties({
        dir: data,
        ports,
        ...(user === undefined ? {} : { user }),
        ...(certificates === undefined
          ? {}
          : { tls: { keyStore: certificates.server, trustStore: certificates.ca } }),
      }),
      { mode: 0o600 },
    );
    if (!existsSync(join(data, 'meta.properties'))) {
      options.onProgress?.('Kafka: formatting its storage');
      const scram = user === undefined ? [] : scramMechanisms;
      await runTool(toolbox, 'kafka.tools.StorageTool', [
        ...['format', '--config', config],
        ...['--cluster-id', randomBytes(16).toString('base64url').replace(/^-/, 'A')],
        ...scram.flatMap((mechanism) => [
          '--add-scram',
          `${mechanism}=[name=${user?.username},password=${user?.password}]`,
        ]),
      ]);
    }
    const launch = (): Promise<ManagedProcess> =>
      startProcess({
        name: 'Kafka',
        command: toolbox.java,
        args: [
          ...['-Xms96m', '-Xmx320m', ...jvm, '-Dorg.slf4j.simpleLogger.showDateTime=true'],
          ...['-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaConfig=warn'],
          ...['-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn'],
          ...['-cp', toolbox.classPath, 'kafka.Kafka', config],
        ],
        cwd: dir,
        env,
        ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
        ready: { line: /Kafka Server started/ },
        readyTimeout: 60_000,
        stopTimeout: 8000,
      });
    options.onProgress?.('Kafka: starting');
    let running = await launch();

    const address = `127.0.0.1:${ports.plain}`;
    const broker: KafkaBroker = {
      address,
      dir,
      ...(user === undefined || certificates === undefined
        ? {}
        : {
            secure: {
              saslAddress: `127.0.0.1:${ports.sasl}`,
              sslAddress: `127.0.0.1:${ports.ssl}`,
              user,
              certificates,
            },
          }),
      get process() {
        return running;
      },
      createTopics: (topics) => createTopics(address, topics),
      runTool: (mainClass, args, input = '') => runTool(toolbox, mainClass, args, input),
      pause: () => running.pause(),
      resume: () => running.resume(),
      kill: () => running.kill(),
      restart: async () => {
        await running.stop();
        running = await launch();
      },
      stop: () => running.stop(),
      [Symbol.asyncDispose]: async () => {
        await running.stop();
        await temporary?.[Symbol.asyncDispose]();
      },
    };
    if (options.topics !== undefined && options.topics.length > 0) {
      await broker.createTopics(options.topics).catch(async (error: unknown) => {
        await running.stop();
        throw error;
      });
    }
    return broker;
  } catch (error) {
    await temporary?.[Symbol.asyncDispose]();
    throw error;
  }
};
