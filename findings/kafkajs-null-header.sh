#!/usr/bin/env bash
# kafkajs 2.2.4, Node 24: a header may be null although its types rule that out.
#
# Guess: the types say Buffer | string | (Buffer | string)[] | undefined, so a header that is not undefined has a
#        toString() and a length.
# Seen:  Kafka allows a header with a key and no value, Java clients send them, and kafkajs hands over null. Under
#        `strict` TypeScript finds no fault with a handler that does not expect it.
#        No broker is needed: the record is written and read by kafkajs's own encoder and decoder.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent kafkajs@2.2.4
cd "$dir"
cat >see.cjs <<'JS'
const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const Encoder = require('kafkajs/src/protocol/encoder')
const Decoder = require('kafkajs/src/protocol/decoder')
const decodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/decoder')
const Header = require('kafkajs/src/protocol/recordBatch/header/v0')
// Attributes, time and offset deltas, key, value, headers: what follows a record's length on the wire.
const record = new Encoder().writeInt8(0).writeVarLong(0).writeVarInt(0)
  .writeVarIntBytes('key').writeVarIntBytes('value')
  .writeVarIntArray([Header({ key: 'full', value: 'x' }), Header({ key: 'bare', value: null })])
const { headers } = decodeRecord(new Decoder(record.buffer), { firstOffset: '0', firstTimestamp: '0', magicByte: 2 })
const types = /interface IHeaders \{\s*(.*)/.exec(readFileSync('node_modules/kafkajs/types/index.d.ts', 'utf8'))[1]
console.log('version  kafkajs', require('kafkajs/package.json').version)
console.log('guess   ', types)
console.log('seen    ', JSON.stringify({ full: headers.full.toString(), bare: headers.bare }))
assert.deepEqual({ ...headers }, { full: Buffer.from('x'), bare: null })
assert.equal(types, '[key: string]: Buffer | string | (Buffer | string)[] | undefined')
JS
node see.cjs
