#!/usr/bin/env bash
# bullmq 6.7.0, ioredis 6.0.0, redis-server 7.0.15, Node 24: add() with a taken job id hands back a job that is not there.
#
# Guess: add() with the id of a job that exists throws, or returns the job that is stored.
# Seen:  it resolves to a Job with the name and data of the caller, and with no mark that nothing was written. Redis
#        keeps the first one, and a completed one that is kept counts too: the second is never run. Only
#        getJob(id), or an event "duplicated", tells the two apart.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
redis-server --port 0 --unixsocket "$dir/redis.sock" --save '' --dir "$dir" --daemonize no >"$dir/redis.log" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent bullmq@6.7.0 ioredis@6.0.0
cd "$dir"
cat >see.cjs <<'JS'
const assert = require('node:assert/strict')
const { once } = require('node:events')
const { Queue, Worker } = require('bullmq')
const see = async () => {
  const connection = { path: './redis.sock', maxRetriesPerRequest: null }
  const queue = new Queue('q', { connection })
  const ran = []
  await queue.add('scale', { replicas: 3 }, { jobId: 'order-1' })
  const worker = new Worker('q', async job => { ran.push(job.data.replicas) }, { connection })
  await once(worker, 'completed')
  const handed = await queue.add('scale', { replicas: 5 }, { jobId: 'order-1' })
  const stored = await queue.getJob('order-1')
  await Promise.all([once(worker, 'completed'), queue.add('scale', { replicas: 9 }, { jobId: 'order-2' })])
  const seen = { handed: handed.data, stored: stored.data, ran }
  console.log('version  bullmq', require('bullmq/package.json').version)
  console.log('guess    {"handed":{"replicas":3},"stored":{"replicas":3},"ran":[3,9]}, or an error')
  console.log('seen    ', JSON.stringify(seen))
  assert.deepEqual(seen, { handed: { replicas: 5 }, stored: { replicas: 3 }, ran: [3, 9] })
  await worker.close()
  await queue.close()
}
see().catch(error => { console.error(error); process.exit(1) })
JS
timeout 60 node see.cjs
