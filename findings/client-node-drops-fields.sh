#!/usr/bin/env bash
# @kubernetes/client-node 2.0.1, Node 24: what is read and put back has lost every field the client does not know.
#
# Guess: read, change one field, replace: the rest of the object goes back as it came.
# Seen:  answers are copied field by field into the classes of the version of Kubernetes that the client was made from.
#        A field of a newer cluster is left out without a word, so the replace takes it away from the object.
#        An HTTP server on the loopback stands for the cluster. Date: 2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent @kubernetes/client-node@2.0.1
cd "$dir"
cat >see.mjs <<'JS'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { AppsV1Api, KubeConfig } from '@kubernetes/client-node'
import about from './node_modules/@kubernetes/client-node/package.json' with { type: 'json' }
const stored = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'cache' }, spec: { replicas: 3, fieldOfNextYear: 'kept?' } }
let put
const server = createServer(async (request, response) => {
  if (request.method === 'PUT') put = await json(request)
  response.setHeader('content-type', 'application/json').end(JSON.stringify(put ?? stored))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const cluster = { name: 'c', server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true } // or http is refused
const config = new KubeConfig()
config.loadFromClusterAndUser(cluster, { name: 'u' })
const api = config.makeApiClient(AppsV1Api)
const body = await api.readNamespacedStatefulSet({ name: 'cache', namespace: 'n' })
body.spec.replicas = 5
await api.replaceNamespacedStatefulSet({ name: 'cache', namespace: 'n', body })
console.log('version  client-node', about.version)
console.log('guess   ', JSON.stringify({ ...stored.spec, replicas: 5 }))
console.log('seen    ', JSON.stringify(put.spec))
assert.deepEqual(put.spec, { replicas: 5 })
process.exit()
JS
node see.mjs
