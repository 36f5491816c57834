#!/usr/bin/env bash
# yaml 2.9.1, Node 24: the range of a scalar leaves out its tag and its anchor.
#
# Guess: `range` covers the whole node, so putting a new text in the place of text.slice(range[0], range[1]) replaces it.
# Seen:  the range begins behind `!!str` and `&name`. A number that is written over the range of `n: !!str 0` is read
#        back as a string, and an editor that keeps comments by splicing changes a type that it never looked at.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent yaml@2.9.1
cd "$dir"
cat >see.cjs <<'JS'
const assert = require('node:assert/strict')
const { parse, parseDocument } = require('yaml')
const text = 'n: !!str 0\nm: &k 5\n'
const ranges = parseDocument(text).contents.items.map(({ value }) => value.range)
const [start, end] = ranges[0]
const seen = {
  covered: ranges.map(([from, to]) => text.slice(from, to)),
  spliced: parse(text.slice(0, start) + '3' + text.slice(end)).n,
}
console.log('version  yaml', require('yaml/package.json').version)
console.log('guess    {"covered":["!!str 0","&k 5"],"spliced":3}')
console.log('seen    ', JSON.stringify(seen))
assert.deepEqual(seen, { covered: ['0', '5'], spliced: '3' })
JS
node see.cjs
