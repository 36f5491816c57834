#!/usr/bin/env bash
# cloudevents 10.0.0, kafkajs 2.2.4, Node 24: the two do not fit together, in neither direction.
#
# Guess: Kafka.toEvent() takes a message as kafkajs hands it over, and kafkajs sends what Kafka.binary() returns.
# Seen:  kafkajs hands over Buffers. Kafka.isEvent() says true of such a message, and Kafka.toEvent() of the same one ends
#        with a TypeError, in binary (with a content type) and in structured mode: every header has to be made a string first. The other way
#        Kafka.binary() leaves an object as the value and undefined and numbers among the headers; kafkajs's encoder
#        throws at each of the three. Only what Kafka.structured() returns can be sent as it is.
#        No broker is needed: kafkajs's own encoder writes the record.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent cloudevents@10.0.0 kafkajs@2.2.4
cd "$dir"
cat >show.cjs <<'JS'
const assert = require('node:assert');
const { CloudEvent, Kafka } = require('cloudevents');
const Record = require('kafkajs/src/protocol/recordBatch/record/v0');

const event = new CloudEvent({
  id: '1',
  source: '/farm',
  type: 'job.done',
  datacontenttype: 'application/json',
  data: { jobs: 3 },
  attempt: 2,
});
const outcome = (work) => {
  try {
    work();
    return 'fine';
  } catch (error) {
    return error.name;
  }
};
const defined = (headers) => Object.entries(headers).filter(([, value]) => value !== undefined);
const texts = (headers) => Object.fromEntries(defined(headers).map(([name, value]) => [name, String(value)]));
const buffers = (headers) =>
  Object.fromEntries(Object.entries(texts(headers)).map(([name, text]) => [name, Buffer.from(text)]));

const binary = Kafka.binary(event);
const structured = Kafka.structured(event);
const sent = { ...binary, value: JSON.stringify(binary.value), headers: texts(binary.headers) };
const asRead = ({ value, headers }) => ({ key: null, value: Buffer.from(value), headers: buffers(headers) });

const reading = {
  'isEvent(binary, as kafkajs reads it)': Kafka.isEvent(asRead(sent)),
  'toEvent(the same)': outcome(() => Kafka.toEvent(asRead(sent))),
  'toEvent(structured, as kafkajs reads it)': outcome(() => Kafka.toEvent(asRead(structured))),
  'toEvent(with headers made strings)': outcome(() =>
    Kafka.toEvent({ ...asRead(sent), headers: texts(sent.headers) }),
  ),
};
const write = (message) => outcome(() => Record({ offsetDelta: 0, timestampDelta: 0, ...message }));
const withText = { ...binary, value: JSON.stringify(binary.value) };
const writing = {
  'Kafka.binary() as it is': write({ key: 'k', value: binary.value, headers: {} }),
  'its value made JSON': write({ key: 'k', value: withText.value, headers: withText.headers }),
  'and without undefined headers': write({
    key: 'k',
    value: withText.value,
    headers: Object.fromEntries(defined(withText.headers)),
  }),
  'and every header made a string': write({ key: 'k', value: sent.value, headers: sent.headers }),
  'Kafka.structured() as it is': write({ key: 'k', value: structured.value, headers: structured.headers }),
};
console.log(reading, writing);
assert.deepStrictEqual(Object.values(reading), [true, 'TypeError', 'TypeError', 'fine']);
assert.deepStrictEqual(Object.values(writing), ['TypeError', 'TypeError', 'TypeError', 'fine', 'fine']);
JS
node show.cjs
echo 'As described.'
