#!/usr/bin/env bash
# npm 11.19.1, Node 24: the two formats of `npm sbom` name the same packages differently.
#
# Guess: both formats list one tree, so each package has one name in both: that of its package.json.
# Seen:  SPDX has the names of package.json. CycloneDX names the project after the folder that it lies in, and an aliased
#        dependency by its alias; only purl and bom-ref are right. Who looks components up by name, or keeps the list of a
#        release made in a checkout called `main`, looks for the wrong thing.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir/npm" --ignore-scripts --no-audit --no-fund --silent npm@11.19.1
npm="$dir/npm/node_modules/.bin/npm"
mkdir "$dir/checkout"
cd "$dir/checkout"
cat >package.json <<'JSON'
{ "name": "project", "version": "1.0.0", "dependencies": { "number-check": "npm:is-number@7.0.0" } }
JSON
"$npm" install --ignore-scripts --no-audit --no-fund --silent
"$npm" sbom --sbom-format cyclonedx >cyclonedx.json
"$npm" sbom --sbom-format spdx >spdx.json
cat >see.mjs <<'JS'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const cyclonedx = read('cyclonedx.json')
const named = [cyclonedx.metadata.component, ...cyclonedx.components].map(({ name, purl }) => `${name} = ${purl}`)
const spdx = read('spdx.json').packages.map(({ name, externalRefs: [ref] }) => `${name} = ${ref.referenceLocator}`)
console.log(`guess    ${spdx.join(', ')}\nspdx     ${spdx.join(', ')}\nseen     ${named.join(', ')}`)
assert.deepEqual(spdx, ['project = pkg:npm/project@1.0.0', 'is-number = pkg:npm/is-number@7.0.0'])
assert.deepEqual(named, ['checkout = pkg:npm/project@1.0.0', 'number-check = pkg:npm/is-number@7.0.0'])
JS
echo "version  npm $("$npm" --version)"
node see.mjs
