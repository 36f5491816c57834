import { z } from 'zod';
import { errorStatus, kindName, msOfNano, type ReceivedSpan } from './spans.ts';

/** OTLP's JSON: ids in hex, 64-bit numbers as text or numbers, names in lowerCamelCase. */
const Whole64 = z.union([z.string().regex(/^-?\d+$/), z.int()]).transform(BigInt);
const Attributes = z
  .array(
    z.object({
      key: z.string(),
      value: z.union([
        z.strictObject({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
        z.strictObject({ intValue: Whole64 }).transform(({ intValue }) => Number(intValue)),
        z.strictObject({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
        z.strictObject({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
      ]),
    }),
  )
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));
const traceId = z.string().regex(/^[\da-f]{32}$/);
const spanId = z.string().regex(/^[\da-f]{16}$/);

const Span = z.object({
  traceId,
  spanId,
  parentSpanId: z.union([spanId, z.literal('')]).default(''),
  traceState: z.string().default(''),
  name: z.string().min(1),
  kind: z.number().int().default(0),
  startTimeUnixNano: Whole64,
  endTimeUnixNano: Whole64,
  attributes: Attributes,
  links: z.array(z.object({ traceId, spanId })).default([]),
  status: z.object({ code: z.number().int().default(0) }).default({ code: 0 }),
});

const Request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

export const spansOfJson = (body: string): readonly ReceivedSpan[] =>
  Request.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(
        (span): ReceivedSpan => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentId: span.parentSpanId,
          state: span.traceState,
          name: span.name,
          kind: kindName(span.kind),
          start: msOfNano(span.startTimeUnixNano),
          end: msOfNano(span.endTimeUnixNano),
          attributes: span.attributes,
          links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
          failed: span.status.code === errorStatus,
          resource: resource.attributes,
        }),
      ),
    ),
  );
