#!/usr/bin/env bash
# jira.js 6.2.0, Node 24: the API that gets a string as description depends on the call.
# Guess: its README says of rich text as a string that "that write is routed through Jira's v2 endpoint", so what
#        createIssue takes is taken by editIssue too.
# Seen:  createIssue and addComment send a string to /rest/api/2, where it is read as wiki markup; editIssue and
#        createIssues send the same string to /rest/api/3, which wants a document. A document always goes to 3.
#        An HTTP server on the loopback stands for Jira. Date: 2026-11-28
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent jira.js@6.2.0
cd "$dir"
cat >see.mjs <<'JS'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createCloudClient } from 'jira.js'
import about from './node_modules/jira.js/package.json' with { type: 'json' }
const seen = []
const server = createServer((request, response) => {
  if (request.method !== 'GET') seen.push(`${request.method} ${request.url}`)
  response.setHeader('content-type', 'application/json').end('{"id":"1","key":"K-1","self":"x","issues":[],"errors":[]}')
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const auth = { type: 'basic', email: 'a@example.org', apiToken: 'none' }
const { issues, issueComments } = createCloudClient({ host: `http://127.0.0.1:${server.address().port}`, auth })
for (const text of ['plain text', { type: 'doc', version: 1, content: [] }]) {
  await issues.createIssue({ fields: { description: text } })
  await issueComments.addComment({ issueIdOrKey: 'K-1', body: text })
  await issues.editIssue({ issueIdOrKey: 'K-1', fields: { description: text } })
  await issues.createIssues({ issueUpdates: [{ fields: { description: text } }] })
}
const paths = (one, other) => [`POST /rest/api/${one}/issue`, `POST /rest/api/${one}/issue/K-1/comment`,
  `PUT /rest/api/${other}/issue/K-1`, `POST /rest/api/${other}/issue/bulk`]
console.log('version  jira.js', about.version)
console.log(`guess    ${paths(2, 2).join(', ')}\nseen     ${seen.slice(0, 4).join(', ')}`)
assert.deepEqual(seen, [...paths(2, 3), ...paths(3, 3)])
process.exit()
JS
node see.mjs
