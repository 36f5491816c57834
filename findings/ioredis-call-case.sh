#!/usr/bin/env bash
# ioredis 6.0.0 with redis-server 7.0.15, Node 24: the case of a command's name decides the shape of its reply.
#
# Guess: Redis reads names of commands in any case, so call('HGETALL', …), call('hgetall', …) and the method
#        hgetall(…) answer alike.
# Seen:  the names are looked up as written. 'hgetall' gets the shape of the method, an object; 'HGETALL' gets a flat
#        list. WITHSCORES comes flat from 'zrange' and in pairs from 'ZRANGE', as RESP3 sends it. XREAD loses one
#        level of lists. Code that was written from the output of redis-cli reads the wrong elements, without an error.
# Date:  2026-11-28
set -euo pipefail
dir=$(mktemp -d)
redis-server --port 0 --unixsocket "$dir/redis.sock" --save '' --dir "$dir" --daemonize no >"$dir/redis.log" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent ioredis@6.0.0
cd "$dir"
cat >see.cjs <<'JS'
const assert = require('node:assert/strict')
const { Redis } = require('ioredis')
const see = async () => {
  const redis = new Redis({ path: './redis.sock' })
  await redis.hset('h', 'f', '1')
  await redis.zadd('z', 1.5, 'a', 2, 'b')
  await redis.xadd('s', '1-1', 'k', 'v')
  const asked = [['hgetall', 'h'], ['zrange', 'z', 0, -1, 'WITHSCORES'], ['xread', 'STREAMS', 's', '0']]
  const seen = []
  for (const [name, ...args] of asked)
    seen.push([await redis[name](...args), await redis.call(name, ...args), await redis.call(name.toUpperCase(), ...args)])
  console.log('version  ioredis', require('ioredis/package.json').version, '| redis', /redis_version:(\S+)/.exec(await redis.info())[1])
  console.log('guess    method, lower case and upper case agree')
  for (const row of seen) console.log('seen    ', row.map(shape => JSON.stringify(shape)).join(' | '))
  assert.deepEqual(JSON.parse(JSON.stringify(seen)), [
    [{ f: '1' }, { f: '1' }, ['f', '1']],
    [['a', '1.5', 'b', '2'], ['a', '1.5', 'b', '2'], [['a', '1.5'], ['b', '2']]],
    [[['s', [['1-1', ['k', 'v']]]]], [['s', [['1-1', ['k', 'v']]]]], ['s', [['1-1', ['k', 'v']]]]],
  ])
  await redis.quit()
}
see().catch(error => { console.error(error); process.exit(1) })
JS
timeout 60 node see.cjs
