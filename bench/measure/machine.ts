import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import type { Rig } from '../rig.ts';

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly redis: string;
  readonly kafka: string;
  /** Runnable processes when the run began, averaged over a minute: other work on the machine makes noise. */
  readonly load: number;
}

export const machineOf = async ({
  client,
  kafkaVersion,
}: Pick<Rig, 'client' | 'kafkaVersion'>): Promise<Machine> => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  redis: /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown',
  kafka: kafkaVersion,
  load: Number((await readFile('/proc/loadavg', 'utf8')).split(' ')[0]),
});

/** Memory of a process that is resident now, bytes. Linux only. */
export const residentMemory = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
};

/** Processor time that a process has used, user and system, ms; to 10 ms. Linux only. */
export const processorTime = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
};
