/** A span as a receiver of OTLP has it. Times in ms. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it began its trace. */
  readonly parentId: string;
  readonly state: string;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
  /** What the sender says of itself. */
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKindName = (typeof kindNames)[number];
export const kindName = (kind: number): SpanKindName => kindNames[kind] ?? 'unspecified';

/** `STATUS_CODE_ERROR` */
export const errorStatus = 2;

/**
 * `*_time_unix_nano` in ms, to the microsecond. Nanoseconds since 1970 do not fit into a number: it has only every 256th of them,
 * so that a time of whole milliseconds divided as a number ends in ….9998 now and then.
 */
export const msOfNano = (nano: bigint): number => Number(nano / 1_000n) / 1_000;
