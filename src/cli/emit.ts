import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema/schema.ts';
import { FarmhandError, messageOf } from '../core/errors.ts';
import { namedId } from '../intake/parse/identity.ts';
import { adhocEnvelope, type EmitOptions } from './envelope.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface EmitTarget {
  readonly config: string;
  /** Base URL of a farmhand; without it the config tells where to. */
  readonly toHttp?: string;
  /** Topic; without it the first of the config. */
  readonly topic?: string;
  /** Variable with the bearer token, for `toHttp`. */
  readonly tokenEnv: string;
}

export interface EmitDeps {
  readonly fetch: typeof fetch;
  /** Writes one message to Kafka; resolves when it is stored. */
  readonly sendToKafka: (config: Config, message: KafkaMessage) => Promise<void>;
}

export interface KafkaMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

/** Sends one ad-hoc event, and says how to find it again. */
export const runEmit = async (
  options: EmitOptions,
  target: EmitTarget,
  terminal: Terminal,
  deps: EmitDeps,
): Promise<ExitCode> => {
  const envelope = adhocEnvelope(options, terminal.now());
  const body = JSON.stringify(envelope);
  const where = await send(body, options, target, terminal, deps);
  const id = where.id ?? namedId(options.source, options.id, undefined, where.cluster);
  const { out, style } = terminal;
  out(`${style('green', '✓')} sent to ${where.name}`);
  out(`  event  ${id}`);
  out(
    `  ask    curl -H "Authorization: Bearer $FARMHAND_API_TOKEN" ${where.api}/v1/events/${encodeURIComponent(id)}`,
  );
  return exitCodes.ok;
};

interface Sent {
  readonly name: string;
  /** Base URL of the API that knows the event. */
  readonly api: string;
  /** As the answer says. */
  readonly id?: string;
  /** Of the topic: part of the id. */
  readonly cluster?: string;
}

const send = async (
  body: string,
  options: EmitOptions,
  target: EmitTarget,
  terminal: Terminal,
  deps: EmitDeps,
): Promise<Sent> => {
  const { env, readFile } = terminal;
  if (target.toHttp !== undefined) {
    return post(target.toHttp, env[target.tokenEnv], body, target.tokenEnv, deps.fetch);
  }
  const config = loadConfig({
    file: target.config,
    env,
    readFile,
    secretsFor: { uses: ['kafka', 'http.events_token'] },
  });
  const local = `http://127.0.0.1:${config.http.port}`;
  if (config.kafka === undefined) {
    return post(local, config.http.events_token?.reveal(), body, 'http.events_token', deps.fetch);
  }
  const topic = target.topic ?? config.kafka.topics[0]?.name ?? '';
  const cluster = config.kafka.topics.find(({ name }) => name === topic)?.cluster;
  await deps.sendToKafka(config, { topic, key: options.key ?? options.id, value: body });
  const name = `topic ${topic} at ${config.kafka.brokers.join(', ')}`;
  return { name, api: local, ...(cluster !== undefined && { cluster }) };
};

/** A farmhand that did not answer, or said no. Whether it has the event is in the message. */
class NotSent extends FarmhandError {
  override readonly name = 'NotSent';
}

/** No connection came to be, so no event can have gone over it. */
const neverSent = (cause: unknown): boolean =>
  cause instanceof Error &&
  'code' in cause &&
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(String(cause.code));

/** The id under which it is on record, as far as the answer tells. */
const firstId = (answer: string): string | undefined => {
  try {
    const { ids }: { ids?: unknown } = Object(JSON.parse(answer));
    const first: unknown = Array.isArray(ids) ? ids[0] : undefined;
    return typeof first === 'string' ? first : undefined;
  } catch {
    return undefined;
  }
};

const post = async (
  base: string,
  token: string | undefined,
  body: string,
  tokenName: string,
  fetcher: typeof fetch,
): Promise<Sent> => {
  const url = `${base.replace(/\/+$/, '').replace(/\/v1\/events$/, '')}/v1/events`;
  if (token === undefined || token === '') {
    throw new NotSent('no_token', `${url} needs a bearer token: set ${tokenName}. Nothing was sent.`);
  }
  let response: Response;
  try {
    response = await fetcher(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
      signal: AbortSignal.timeout(10_000),
      redirect: 'error',
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const fate = neverSent(cause)
      ? 'Nothing was sent.'
      : 'It may or may not have the event: sent again with the same --id and --source it counts once.';
    throw new NotSent('no_answer', `${url} gave no answer (${messageOf(cause)}). ${fate}`);
  }
  if (response.ok) {
    const id = firstId(await response.text());
    return { name: url, api: url.replace(/\/v1\/events$/, ''), ...(id !== undefined && { id }) };
  }
  throw new NotSent(
    'refused',
    `${url} answered ${response.status}: ${(await response.text()).slice(0, 500)}\nThe event was not taken in.`,
  );
};
