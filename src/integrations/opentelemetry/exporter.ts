import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingProtocol } from '../../config/tracing.ts';

/** Of the two only the one that is asked for is loaded. It reads its address, headers, limits and certificates itself. */
export const openExporter = async (protocol: TracingProtocol): Promise<SpanExporter> => {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
};
