import { spawn } from 'node:child_process';
import { Kafka, logLevel } from 'kafkajs';
import { FarmhandError } from '../../src/core/errors.ts';
import { fixTimers } from '../../src/integrations/kafka/client/timer-fix.ts';

/** Quick to start and small; throughput is not what a sandbox is for. */
export const jvm = [
  ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
  ...['-Djava.net.preferIPv4Stack=true'],
] as const;

export interface TopicSpec {
  readonly name: string;
  /** Default 1. */
  readonly partitions?: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** Creates those of the topics that do not exist yet, and waits until they have a leader. */
export const createTopics = async (address: string, topics: readonly TopicSpec[]): Promise<void> => {
  fixTimers();
  const admin = new Kafka({
    clientId: 'farmhand-sandbox',
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 100 },
  }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map(({ name, partitions, config }) => ({
        topic: name,
        numPartitions: partitions ?? 1,
        replicationFactor: 1,
        configEntries: Object.entries(config ?? {}).map(([key, value]) => ({ name: key, value })),
      })),
    });
  } finally {
    await admin.disconnect();
  }
};

/** Runs one of Kafka's own Java tools to its end; its output, standard and error. */
export const runTool = (
  { java, classPath }: { readonly java: string; readonly classPath: string },
  mainClass: string,
  args: readonly string[],
  input = '',
): Promise<string> =>
  new Promise((resolve, reject) => {
    const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
    const child = spawn(java, ['-Xmx128m', ...jvm, quiet, '-cp', classPath, mainClass, ...args]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new FarmhandError('kafka_tool_failed', `${mainClass} ended with ${code}:\n${output}`));
    });
    child.stdin.on('error', () => undefined).end(input);
  });
