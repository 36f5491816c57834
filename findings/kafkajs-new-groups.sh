#!/usr/bin/env bash
# kafkajs 2.2.4 with Apache Kafka 4.3.1, Node 24, Java 17 and Maven: a group in use by the new protocol (KIP-848) is dead for kafkajs.
#
# Guess: describeGroups tells the state and the members of any group, or throws for one that it cannot read; setOffsets and
#        resetOffsets refuse every group that has running members, as they say; and the broker keeps a client of the old
#        protocol with another assignor out of a group in use, as it does between two of the old one.
# Seen:  for a group whose member consumes with group.protocol=consumer, describeGroups answers `Dead`, no members and no
#        error. So resetOffsets takes it for stopped, joins the live group and resolves; what it leaves depends on which
#        partitions its member is given meanwhile (seen: nothing changed, and -2, its word for "earliest", as the committed
#        offset of half of them). A consumer of kafkajs joins as well, and the broker shares the partitions out among the two
#        without a word to either.
# Date:  2026-11-29
set -euo pipefail
dir=$(mktemp -d)
broker=
reader=
trap 'kill -9 $broker $reader 2>/dev/null || true; rm -rf "$dir"' EXIT
npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent kafkajs@2.2.4
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>4.3.1</version>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>
  </dependencies>
</project>
XML
mvn -q -B >/dev/null org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DincludeScope=runtime -DoutputDirectory=jars
read -r plain controller < <(node -e '
  const { createServer } = require("node:net")
  const one = () => new Promise((done) => { const s = createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => done(port)) }) })
  one().then(async (a) => console.log(a, await one()))')
cat >server.properties <<CONF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:$plain,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$plain
inter.broker.listener.name=PLAINTEXT
log.dirs=$dir/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
CONF
run() { java -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$dir/jars/*" "$@"; }
run kafka.tools.StorageTool format --config server.properties --cluster-id AAAAAAAAAAAAAAAAAAAAAQ >format.log 2>&1
run kafka.Kafka server.properties >broker.log 2>&1 &
broker=$!
cat >see.mjs <<'JS'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import about from './node_modules/kafkajs/package.json' with { type: 'json' }
const [dir, port] = process.argv.slice(2)
const kafka = new kafkajs.Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 20 } })
const admin = kafka.admin()
await admin.connect()
await admin.createTopics({ topics: [{ topic: 't', numPartitions: 4, replicationFactor: 1 }], waitForLeaders: true })
const producer = kafka.producer()
await producer.connect()
await producer.send({ topic: 't', messages: [0, 1, 2, 3].map((partition) => ({ partition, value: 'x' })) })
const of = { groupId: 'g', topics: ['t'] }
const offsets = async () => (await admin.fetchOffsets(of))[0].partitions.map(({ offset }) => Number(offset)).sort((a, b) => a - b)
const until = async (what, check) => {
  for (let n = 0; n < 720; n++) { if (await check()) return; await sleep(250) }
  throw new Error(`never: ${what}`)
}
const reader = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', `${dir}/jars/*`, 'org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', `127.0.0.1:${port}`,
  '--topic', 't', '--group', 'g', '--from-beginning', '--consumer-property', 'group.protocol=consumer'], { stdio: 'ignore' })
writeFileSync('reader.pid', `${reader.pid}`)
await until('all read and committed', async () => (await offsets().catch(() => [])).join() === '1,1,1,1')
const { groups: [group] } = await admin.describeGroups(['g'])
console.log('version ', 'kafkajs', about.version)
console.log('seen     describeGroups:', group.state, group.members.length, 'members, error', group.errorCode)
assert.deepEqual([group.state, group.members.length, group.errorCode], ['Dead', 0, 0])
await admin.resetOffsets({ groupId: 'g', topic: 't', earliest: true })
console.log('seen     resetOffsets of the group in use resolves; offsets then:', (await offsets()).join(' '))
const consumer = kafka.consumer({ groupId: 'g' })
let mine = []
consumer.on('consumer.group_join', ({ payload }) => { mine = payload.memberAssignment.t ?? [] })
await consumer.connect()
await consumer.subscribe({ topic: 't' })
await consumer.run({ eachMessage: async () => {} })
await until('both share the partitions', () => mine.length === 2)
console.log('seen     a consumer of kafkajs beside it has', mine.length, 'of 4 partitions')
assert.equal(reader.exitCode, null)
reader.kill('SIGKILL')
process.exit()
JS
code=0
node see.mjs "$dir" "$plain" || code=$?
reader=$(cat reader.pid 2>/dev/null || true)
exit $code
