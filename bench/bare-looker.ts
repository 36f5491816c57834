/**
 * The shortest way to look after rebuilds: a delayed job of BullMQ, the record read, the six reads of cluster and
 * express node, parsed, and the record written. Nothing is decided. Arguments: Redis URL, port of the stub, how many
 * instances, how often each. Says `{perSecond, cpuMs}`; cpuMs is the processor's time for one look.
 */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Agent, request } from 'undici';
import { clusterAddress, clusterOf, instanceName, namespaceOf, nodeAddress } from './load/rebuilds.ts';

const [redisUrl = '', port = ''] = process.argv.slice(2);
const [count = 0, times = 0] = process.argv.slice(4).map(Number);
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
const blocking = new Redis(redisUrl, { maxRetriesPerRequest: null });
const dispatcher = new Agent();

const read = async (url: string, json = true): Promise<unknown> => {
  const { body } = await request(url, { dispatcher });
  return json ? body.json() : body.text();
};

const look = async (n: number): Promise<void> => {
  const name = instanceName(n);
  const cluster = `http://${clusterAddress(clusterOf(n))}:${port}`;
  const namespace = `namespaces/${namespaceOf(n)}`;
  const set = async (role: string): Promise<void> => {
    await read(`${cluster}/apis/apps/v1/${namespace}/statefulsets/${name}-dcr-${role}`);
    const labels = new URLSearchParams({ labelSelector: `app.kubernetes.io/name=${name}-dcr-${role}` });
    await read(`${cluster}/api/v1/${namespace}/pods?${labels}`);
  };
  const node = `http://${nodeAddress(n)}:${port}/.admin`;
  const record: unknown = JSON.parse((await connection.get(`bare:${n}`)) ?? '{}');
  await Promise.all([
    set('farmer'),
    set('sync'),
    read(`${node}?cmd=rebuildStatus`),
    read(`${node}?cmd=aaStatus`, false),
  ]);
  await connection.set(`bare:${n}`, JSON.stringify(record));
};

const record = JSON.stringify({
  samples: Array.from({ length: 240 }, (_, i) => ({ at: i, percent: i, ready: 24 })),
});
for (let n = 0; n < count; n++) await connection.set(`bare:${n}`, record);
const queue = new Queue<number>('bare', { connection });
const jobs = Array.from({ length: count * times }, (_, i) => ({
  name: 'look',
  data: i % count,
  opts: { delay: 1, removeOnComplete: true },
}));
await queue.addBulk(jobs);
// The first tenth warms it up.
const warm = jobs.length / 10;
let done = 0;
let [started, cpu] = [0, process.cpuUsage()];
await new Promise<void>((resolve) => {
  new Worker<number>('bare', (job) => look(job.data), { connection: blocking, concurrency: 32 }).on(
    'completed',
    () => {
      done += 1;
      if (done === warm) [started, cpu] = [performance.now(), process.cpuUsage()];
      if (done === jobs.length) resolve();
    },
  );
});
const { user, system } = process.cpuUsage(cpu);
const counted = jobs.length - warm;
const perSecond = (counted * 1000) / (performance.now() - started);
console.log(JSON.stringify({ perSecond, cpuMs: (user + system) / 1000 / counted }));
process.exit(0);
