import { type IntakeRefusal, refuse } from './refusal.ts';

/*
 * What other programs write where farmhand reads. Each is refused by its name, with the setting to change: "is not
 * JSON" would let people look in the wrong place.
 */

type Fields = Readonly<Record<string, unknown>>;

const schemaRegistry = (format: string): string =>
  `begins with the five bytes of Confluent's Schema Registry (${format}): let the producer write plain JSON ` +
  '(value.serializer org.apache.kafka.common.serialization.StringSerializer; Kafka Connect: value.converter ' +
  'org.apache.kafka.connect.json.JsonConverter with value.converter.schemas.enable=false)';

const glue =
  'begins with the header of the AWS Glue Schema Registry: let the producer write plain JSON ' +
  '(value.serializer org.apache.kafka.common.serialization.StringSerializer)';

/** First bytes that no JSON has. */
const formats: readonly { readonly begins: readonly (number | undefined)[]; readonly message: string }[] = [
  // Version 3, without compression or with zlib; then the id of the schema, 16 bytes.
  { begins: [0x03, 0x00], message: glue },
  { begins: [0x03, 0x05], message: glue },
  {
    begins: [0x00, undefined, undefined, undefined, undefined, 0x7b],
    message: schemaRegistry('JSON Schema'),
  },
  { begins: [0x00], message: schemaRegistry('Avro, Protobuf or JSON Schema') },
  {
    begins: [0x4f, 0x62, 0x6a, 0x01],
    message: 'is an Avro file: let the producer write JSON (Kafka Connect: JsonConverter)',
  },
  {
    begins: [0xac, 0xed, 0x00, 0x05],
    message: 'is a serialized Java object: let the producer write JSON (Spring: JsonSerializer)',
  },
];

/** Bytes that are another format, or another encoding of text; undefined for what may be JSON. */
export const foreignBytes = (bytes: Buffer): IntakeRefusal | undefined => {
  if (isUtf16(bytes)) return refuse('bad_encoding', '(body)', 'is UTF-16; send UTF-8');
  const found = formats.find(
    ({ begins }) =>
      bytes.length >= Math.max(5, begins.length) &&
      begins.every((byte, at) => byte === undefined || byte === bytes[at]),
  );
  return found && refuse('bad_encoding', '(body)', found.message);
};

/** With its byte order mark, or `{` and `[` in two bytes. */
const isUtf16 = ([a, b, c, d]: Buffer): boolean => {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  const opens = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;
  return (opens(a) && b === 0 && c !== 0 && d === 0) || (a === 0 && opens(b) && c === 0 && d !== 0);
};

const has = (json: Fields, ...names: readonly string[]): boolean =>
  names.every((name) => Object.hasOwn(json, name));

const isLabelled = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && 'labels' in value && typeof value.labels === 'object';

/** A receiver of Alertmanager that was pointed at farmhand, though it writes for somebody else. */
const receiver = (setting: string): string =>
  `is what Alertmanager writes for another service (${setting}): use webhook_configs with farmhand's url instead`;

/** JSON of other programs; the first that fits names it. */
const shapes: readonly { readonly fits: (json: Fields) => boolean; readonly message: string }[] = [
  {
    fits: (json) => has(json, 'schema', 'payload') && Object.keys(json).length === 2,
    message:
      "is Kafka Connect's JSON with its schema: set value.converter.schemas.enable=false in the connector " +
      '(key.converter.schemas.enable for keys)',
  },
  {
    fits: (json) => has(json, 'ruleName', 'state') || has(json, 'ruleId', 'evalMatches'),
    message:
      "is the webhook of Grafana's legacy alerting: switch Grafana to unified alerting ([unified_alerting] " +
      'enabled = true, standard from Grafana 9) and use a contact point of type webhook, which farmhand reads',
  },
  {
    fits: (json) => isLabelled(json) && !has(json, 'status') && has(json, 'generatorURL'),
    message:
      'is what Prometheus sends to an Alertmanager, not what an Alertmanager sends: under `alerting:` let ' +
      'Prometheus send to an Alertmanager, and give that a receiver with webhook_configs to farmhand',
  },
  {
    fits: (json) => isLabelled(json) && typeof json['status'] === 'object' && has(json, 'fingerprint'),
    message:
      "is an answer of Alertmanager's API (GET /api/v2/alerts), not its webhook: give the Alertmanager a " +
      'receiver with webhook_configs to farmhand',
  },
  {
    fits: (json) => isLabelled(json) && has(json, 'startsAt'),
    message:
      'is one alert of Alertmanager without anything around it: put it into the list `alerts` of an object, or ' +
      'into the `data` of an envelope of type alertmanager',
  },
  {
    fits: (json) => has(json, 'AlarmName', 'NewStateValue'),
    message: 'is an alarm of CloudWatch: wrap it into an envelope of type adhoc (title, key, status)',
  },
  {
    fits: (json) => json['Type'] === 'SubscriptionConfirmation' && has(json, 'SubscribeURL'),
    message:
      'is the request of SNS to confirm a subscription: farmhand opens no links; confirm it with ' +
      '`aws sns confirm-subscription`, and what is published afterwards is read',
  },
  {
    fits: (json) => has(json, 'action', 'alert', 'integrationId'),
    message: 'is the webhook of Opsgenie: wrap it into an envelope of type adhoc (title, key, status)',
  },
  {
    fits: (json) =>
      typeof json['event'] === 'object' && json['event'] !== null && 'event_type' in json['event'],
    message: 'is the webhook of PagerDuty: wrap it into an envelope of type adhoc (title, key, status)',
  },
  {
    fits: (json) => has(json, 'routing_key', 'event_action') || has(json, 'service_key', 'event_type'),
    message: receiver('pagerduty_configs'),
  },
  {
    fits: (json) => has(json, 'attachments') && (has(json, 'channel') || has(json, 'username')),
    message: receiver('slack_configs'),
  },
  {
    fits: (json) => json['@type'] === 'MessageCard' || json['type'] === 'AdaptiveCard',
    message: receiver('msteams_configs'),
  },
  {
    fits: (json) => has(json, 'detail-type', 'detail'),
    message:
      'is an event of EventBridge: give its rule an input transformer that writes an envelope of type adhoc ' +
      '(title, key, status)',
  },
  {
    fits: (json) => json['schemaId'] === 'azureMonitorCommonAlertSchema',
    message: 'is an alert of Azure Monitor: wrap it into an envelope of type adhoc (title, key, status)',
  },
  {
    fits: (json) => has(json, 'op', 'source') && (has(json, 'before') || has(json, 'after')),
    message:
      'is a change record of Debezium: let the connector write the row alone (transforms=unwrap, ' +
      'io.debezium.transforms.ExtractNewRecordState), in the shape of docs/envelope.md',
  },
  {
    fits: (json) => Array.isArray(json['Records']),
    message:
      'is what AWS hands to a Lambda function (Records): let the function send the body of each record on, one ' +
      'message each',
  },
];

/** What is wrong with JSON of another program, by its name; undefined for a shape that nobody knows. */
export const foreignShape = (json: Fields): string | undefined =>
  shapes.find(({ fits }) => fits(json))?.message;
