import { errorStatus, kindName, msOfNano, type ReceivedSpan } from './spans.ts';

/**
 * `ExportTraceServiceRequest` as bytes, read by the field numbers of opentelemetry-proto 1.11 (`trace.proto`, `common.proto`,
 * `resource.proto`). Written from those, so that it is no copy of what the SDK writes; `test/conformance/otlp` holds it to the
 * OpenTelemetry Collector.
 */
export const spansOfProtobuf = (bytes: Uint8Array): readonly ReceivedSpan[] =>
  messages(fieldsOf(bytes), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(resourceSpans, 1).flatMap((one) => messages(one, 1)));
    return messages(resourceSpans, 2).flatMap((scope) =>
      messages(scope, 2).map((span): ReceivedSpan => {
        const [status = []] = messages(span, 15);
        return {
          traceId: hex(span, 1),
          spanId: hex(span, 2),
          parentId: hex(span, 4),
          state: text(span, 3),
          name: text(span, 5),
          kind: kindName(number(span, 6)),
          start: msOfNano(whole(span, 7)),
          end: msOfNano(whole(span, 8)),
          attributes: attributesOf(messages(span, 9)),
          links: messages(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
          failed: number(status, 3) === errorStatus,
          resource,
        };
      }),
    );
  });

interface Field {
  readonly number: number;
  readonly value: Uint8Array | bigint;
}
type Message = readonly Field[];

const fieldsOf = (bytes: Uint8Array): Message => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('a protobuf message that ends too early');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: view.getBigUint64(at, true) });
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        if (at + length > bytes.length) throw new Error('a protobuf field that ends too late');
        fields.push({ number, value: bytes.subarray(at, at + length) });
        at += length;
        break;
      }
      case 5:
        fields.push({ number, value: BigInt(view.getUint32(at, true)) });
        at += 4;
        break;
      default:
        throw new Error(`a protobuf field of wire type ${tag & 7}`);
    }
  }
  return fields;
};

const all = (message: Message, number: number) => message.filter((field) => field.number === number);
const bytesOf = (message: Message, number: number): Uint8Array => {
  const value = all(message, number).at(-1)?.value;
  return value instanceof Uint8Array ? value : new Uint8Array();
};
const messages = (message: Message, number: number): readonly Message[] =>
  all(message, number).flatMap(({ value }) => (value instanceof Uint8Array ? [fieldsOf(value)] : []));
const text = (message: Message, number: number): string => Buffer.from(bytesOf(message, number)).toString();
const hex = (message: Message, number: number): string =>
  Buffer.from(bytesOf(message, number)).toString('hex');
const whole = (message: Message, field: number): bigint => {
  const value = all(message, field).at(-1)?.value;
  return typeof value === 'bigint' ? value : 0n;
};
const number = (message: Message, field: number): number => Number(whole(message, field));

const attributesOf = (pairs: readonly Message[]): ReceivedSpan['attributes'] =>
  Object.fromEntries(pairs.map((pair) => [text(pair, 1), anyValue(messages(pair, 2)[0] ?? [])]));

/** Of `AnyValue` what farmhand sends. */
const anyValue = (message: Message): string | number | boolean => {
  const [field] = message;
  switch (field?.number) {
    case 1:
      return text(message, 1);
    case 2:
      return field.value === 1n;
    case 3:
      return Number(BigInt.asIntN(64, field.value as bigint));
    case 4: {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, field.value as bigint);
      return view.getFloat64(0);
    }
    default:
      throw new Error(`an attribute of a kind that farmhand does not send: field ${field?.number}`);
  }
};
