import type { Alert } from '../alerts/model/alert.ts';
import type { Decoded, IngestReceipt, RawMessage } from './wire/raw.ts';

/** Spans of what is taken in. Absent: tracing is off, and a record keeps where its sender's trace was. */
export interface IngestTracing {
  begin(messages: readonly RawMessage[], decoded: readonly Decoded[]): IngestSpans;
}

export interface IngestSpans {
  /** The same, whose events belong to the spans that are begun for them. */
  readonly decoded: readonly Decoded[];
  /** On record are now these, with what these events did to them. */
  recorded(alerts: readonly Pick<Alert, 'id' | 'trace'>[], eventIds: readonly (readonly string[])[]): void;
  end(receipt: IngestReceipt): void;
  fail(error: unknown): void;
}
