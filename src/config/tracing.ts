import type { Problem } from '../core/errors.ts';
import type { Environment } from './environment.ts';

export const tracingProtocols = ['http/protobuf', 'http/json'] as const;
export type TracingProtocol = (typeof tracingProtocols)[number];

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof samplers)[number];

export interface TracingSettings {
  readonly protocol: TracingProtocol;
  /** Where traces are sent, without a user or a password in it. */
  readonly endpoint: string;
  readonly sampler: { readonly name: SamplerName; readonly ratio: number };
  /** Spans that wait to be sent; more are dropped. */
  readonly queue: number;
  readonly batch: number;
  /** ms */
  readonly delay: number;
  /** One batch, with its repeats, takes no longer; ms. */
  readonly timeout: number;
  /** What must be seen nowhere: values of headers, a password in the address. */
  readonly secrets: readonly string[];
}

/** `off`: nobody asked for it, or it was turned off. `refused`: asked for in a way that farmhand cannot do. */
export type Tracing =
  | { readonly state: 'off' }
  | { readonly state: 'refused'; readonly problems: readonly Problem[]; readonly secrets: readonly string[] }
  | {
      readonly state: 'on';
      readonly settings: TracingSettings;
      /** Values that are left out of account, as OpenTelemetry asks for. */
      readonly ignored: readonly Problem[];
    };

/**
 * What OpenTelemetry's own variables ask for. A value that cannot be used is told and its default taken, as its
 * specification says; only where nothing could be sent is tracing off. Never a reason not to start.
 */
export const readTracing = (env: Environment): Tracing => {
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  const either = (name: string) => {
    const own = `OTEL_EXPORTER_OTLP_TRACES_${name}`;
    const variable = text(own) === undefined ? `OTEL_EXPORTER_OTLP_${name}` : own;
    return { variable, value: text(variable) };
  };
  const endpoint = either('ENDPOINT');
  const exporter = text('OTEL_TRACES_EXPORTER');
  const asked = endpoint.value !== undefined || exporter === 'otlp';
  if (text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporter === 'none' || !asked)
    return { state: 'off' };

  const problems: Problem[] = [];
  const ignored: Problem[] = [];
  if (exporter !== undefined && exporter !== 'otlp') {
    problems.push({
      path: 'OTEL_TRACES_EXPORTER',
      message: `is ${exporter}; farmhand has otlp and none`,
    });
  }
  const protocol = either('PROTOCOL');
  const spoken = tracingProtocols.find((one) => one === (protocol.value ?? 'http/protobuf'));
  if (spoken === undefined) {
    const port = protocol.value === 'grpc' ? ', and the endpoint of its HTTP port, which is mostly 4318' : '';
    problems.push({
      path: protocol.variable,
      message: `is ${protocol.value}, which farmhand does not speak; set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http/protobuf or http/json${port}`,
    });
  }
  const address = addressOf(endpoint);
  if (address === undefined) {
    problems.push({
      path: endpoint.variable,
      message: 'is no http or https address, as http://collector.observability:4318',
    });
  }
  const secrets = [...secretsOfHeaders(text), ...(address?.secrets ?? [])];
  if (problems.length > 0 || spoken === undefined || address === undefined) {
    return { state: 'refused', problems, secrets };
  }

  const number = (variable: string, fallback: number): number => {
    const value = text(variable);
    if (value === undefined) return fallback;
    if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value);
    ignored.push({ path: variable, message: `is no whole number above 0; ${fallback} is taken` });
    return fallback;
  };
  const queue = number('OTEL_BSP_MAX_QUEUE_SIZE', 2048);
  const settings: TracingSettings = {
    protocol: spoken,
    endpoint: address.url,
    sampler: samplerOf(text, ignored),
    queue,
    batch: Math.min(queue, number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512)),
    delay: number('OTEL_BSP_SCHEDULE_DELAY', 5_000),
    timeout: number('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
    secrets,
  };
  number(either('TIMEOUT').variable, 10_000);
  return { state: 'on', settings, ignored };
};

type Text = (name: string) => string | undefined;

/** Without its own variable the path of traces is put behind it, as the specification says. */
const addressOf = ({
  variable,
  value = 'http://localhost:4318',
}: {
  variable: string;
  value?: string | undefined;
}) => {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const secrets = [url.password, decoded(url.password)].filter((one) => one !== '');
  url.username = '';
  url.password = '';
  if (!variable.includes('_TRACES_')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return { url: url.toString(), secrets };
};

/** Names of headers that hold a credential as a rule; the others do where their value is long. */
const namesCredential = /auth|token|key|secret|passw|cookie|team/i;

/** `name=value,name=value`, where values may be written in %XX. What is short and named like a tenant is no secret. */
const secretsOfHeaders = (text: Text): readonly string[] =>
  ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'].flatMap((variable) =>
    (text(variable) ?? '').split(',').flatMap((pair) => {
      const name = pair.slice(0, Math.max(0, pair.indexOf('=')));
      const value = pair.slice(pair.indexOf('=') + 1).trim();
      // A scheme before a credential is none: `Bearer abc`.
      const bare = decoded(value).split(' ').at(-1) ?? '';
      return bare.length >= 16 || (bare !== '' && namesCredential.test(name))
        ? [...new Set([value, decoded(value), bare])]
        : [];
    }),
  );

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const samplerOf = (text: Text, ignored: Problem[]): TracingSettings['sampler'] => {
  const asked = text('OTEL_TRACES_SAMPLER');
  const name = samplers.find((one) => one === (asked ?? 'parentbased_always_on'));
  if (name === undefined) {
    ignored.push({
      path: 'OTEL_TRACES_SAMPLER',
      message: `is ${asked}, none of ${samplers.join(', ')}; parentbased_always_on is taken`,
    });
    return { name: 'parentbased_always_on', ratio: 1 };
  }
  const share = text('OTEL_TRACES_SAMPLER_ARG');
  if (share === undefined || !name.endsWith('traceidratio')) return { name, ratio: 1 };
  const ratio = Number(share);
  if (ratio >= 0 && ratio <= 1) return { name, ratio };
  ignored.push({ path: 'OTEL_TRACES_SAMPLER_ARG', message: 'is no number from 0 to 1; 1 is taken' });
  return { name, ratio: 1 };
};
