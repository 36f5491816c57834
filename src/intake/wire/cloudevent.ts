import { z } from 'zod';
import type { Problem } from '../../core/errors.ts';
import { traceContextOf } from '../../core/tracing/context.ts';
import { joinPath } from './refusal.ts';
import { type EventMetadata, OptionalTimestamp, optionalTime, Timestamp, timeOf } from './unwrapped-event.ts';

const attribute = z.string().min(1).max(1024);

/** CloudEvents 1.0: the attributes farmhand uses; `tier`, `nonce` and `noncevaliduntil` are its extensions. */
export const CloudEventSchema = z.object({
  specversion: z.literal('1.0', { error: 'is not 1.0, the only version farmhand reads' }),
  id: attribute,
  source: attribute,
  type: attribute,
  time: OptionalTimestamp,
  tier: attribute.optional(),
  nonce: attribute.optional(),
  noncevaliduntil: Timestamp.optional(),
  // Of the extension for distributed tracing. What is no trace context costs no event.
  traceparent: z.unknown().optional(),
  tracestate: z.unknown().optional(),
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
});
export type CloudEvent = z.infer<typeof CloudEventSchema>;

/** The attributes of an event in binary mode: headers `ce_…` on Kafka, `ce-…` on HTTP; undefined without any. */
export const binaryAttributes = (
  headers: Readonly<Record<string, string>>,
): Record<string, string> | undefined => {
  if (headers['ce_specversion'] === undefined && headers['ce-specversion'] === undefined) return undefined;
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce_')) attributes[name.slice(3)] = value;
    else if (name.startsWith('ce-')) attributes[name.slice(3)] = percentDecoded(value);
  }
  return attributes;
};

/** The HTTP binding writes what is not printable ASCII as %XX; a stray % stands for itself. */
const percentDecoded = (value: string): string => {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

export const cloudEventMetadata = (event: CloudEvent, notes: string[]): EventMetadata => {
  const time = optionalTime(event.time, 'time', notes);
  const validUntil = timeOf(event.noncevaliduntil);
  const trace = traceContextOf(event.traceparent, event.tracestate);
  return {
    id: event.id,
    source: event.source,
    ...(time !== undefined && { time }),
    ...(event.tier !== undefined && { tier: event.tier }),
    ...(trace && { trace }),
    ...(event.nonce !== undefined &&
      validUntil !== undefined && { nonce: { value: event.nonce, validUntil } }),
  };
};

/** What the schema of single attributes cannot say. */
export const pairingProblems = (event: CloudEvent, base: string): readonly Problem[] => {
  const problems: Problem[] = [];
  if (event.data !== undefined && event.data_base64 !== undefined) {
    problems.push({
      path: joinPath(base, 'data_base64'),
      message: 'stands beside data; only one of them may be there',
    });
  }
  if ((event.nonce === undefined) !== (event.noncevaliduntil === undefined)) {
    problems.push({
      path: joinPath(base, 'noncevaliduntil'),
      message: 'nonce and noncevaliduntil belong together',
    });
  }
  return problems;
};
