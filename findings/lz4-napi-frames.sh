#!/usr/bin/env bash
# lz4-napi 2.10.0, Node 24: of frames that follow each other only the first is read, and a missing end is no error.
#
# Guess: LZ4's frame format lets frames follow each other as one stream (the lz4 program reads them so), so
#        decompressFrame(a + b) answers both texts, or throws; and a frame without its end mark throws.
# Seen:  the text of the first frame alone comes back, without an error and without a sign that bytes were left; a frame
#        whose last four bytes, the end mark, are missing is answered as if it were whole. A record batch or a log that
#        was appended to is read short. Who uses it has to hold the length or a checksum against something else.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent lz4-napi@2.10.0
cd "$dir"
cat >show.cjs <<'JS'
const assert = require('node:assert');
const lz4 = require('lz4-napi');

const one = Buffer.from('first half of the log\n'.repeat(500));
const two = Buffer.from('second half of the log\n'.repeat(500));
const frames = [one, two].map((text) => lz4.compressFrameSync(text));
const both = lz4.decompressFrameSync(Buffer.concat(frames));
const cut = lz4.decompressFrameSync(frames[0].subarray(0, -4));
console.log({ sent: one.length + two.length, read: both.length, readWithoutEndMark: cut.length });
assert.deepStrictEqual([both.equals(one), cut.equals(one)], [true, true]);
JS
node show.cjs
echo 'As described.'
