#!/usr/bin/env bash
# cloudevents 10.0.0, Node 24: what it reads over HTTP and sends on is another event than it got.
#
# Guess: toEvent() gives the attributes as they were sent (time is optional text in RFC 3339, with any fraction), and JSON data
#        as the same value in both modes of HTTP.
# Seen:  an event without a time gets that of its reading, and so does one whose time JavaScript's Date cannot take (23:59:60 of
#        a leap second): the moment of an alert is then that of its relay, and looks like its sender's. Nanoseconds and the
#        offset are gone. In binary mode data of application/json is a string when it is a number or null, and always when the
#        type is application/…+json; the same in structured mode is a number, null, an object. Attributes are not percent-encoded
#        in headers, nor read so, as the binding's 3.1.3.2 wants it.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent cloudevents@10.0.0
cd "$dir"
cat >see.mjs <<'JS'
import assert from 'node:assert/strict'
import { CloudEvent, HTTP } from 'cloudevents'
import about from './node_modules/cloudevents/package.json' with { type: 'json' }
const needed = { specversion: '1.0', id: '1', source: '/s', type: 't' }
const structured = (more) =>
  HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify({ ...needed, ...more }) })
const headers = Object.fromEntries(Object.entries(needed).map(([name, value]) => [`ce-${name}`, value]))
const binary = (type, body, more = {}) => HTTP.toEvent({ headers: { ...headers, 'content-type': type, ...more }, body })
const isNow = ({ time }) => Math.abs(Date.parse(time) - Date.now()) < 60_000
console.log('version  cloudevents', about.version)

for (const [sent, seen] of [[undefined, 'now'], ['2016-12-31T23:59:60Z', 'now'], ['2026-01-01T02:00:00.123456789+02:00', '2026-01-01T00:00:00.123Z']]) {
  const event = structured({ ...(sent && { time: sent }) })
  const found = isNow(event) ? 'now' : event.time
  console.log(`time     ${sent ?? 'none'} → ${found}, sent on as such`)
  assert.equal(found, seen)
  assert.equal(HTTP.binary(event).headers['ce-time'], event.time)
}
for (const [type, body, seen] of [
  ['application/json', '{"a":1}', { a: 1 }], ['application/json', '5', '5'], ['application/json', 'null', 'null'],
  ['application/vnd.example+json', '{"a":1}', '{"a":1}'],
]) {
  const found = binary(type, body).data
  console.log(`data     ${type} ${body} → ${typeof found}`)
  assert.deepEqual(found, seen)
  assert.deepEqual(structured({ datacontenttype: type, data: JSON.parse(body) }).data ?? null, JSON.parse(body))
}
const { subject } = binary('application/json', '{}', { 'ce-subject': 'two%20words' })
const sent = HTTP.binary(new CloudEvent({ ...needed, subject: 'two words, 5 €' })).headers['ce-subject']
console.log(`subject  two%20words is read as ${subject}, and “two words, 5 €” is written as ${sent}`)
assert.deepEqual([subject, sent], ['two%20words', 'two words, 5 €'])
JS
node see.mjs
