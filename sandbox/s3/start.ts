import { type Simulator, startSimulator } from '../simulator/server.ts';
import { answerS3, type S3World } from './store.ts';

export interface SimulatedS3 extends Simulator {
  readonly world: S3World;
}

/**
 * S3 with one bucket, in memory. It checks what a signature stands for (keys, time, body, signed headers), by the same
 * sums as farmhand: that these are AWS' own is held by AWS' examples and by a real server elsewhere.
 */
export const startS3 = async (
  over: Partial<Pick<S3World, 'bucket' | 'now' | 'pageSize'>> & { readonly port?: number } = {},
): Promise<SimulatedS3> => {
  const world: S3World = {
    bucket: over.bucket ?? 'events',
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox-secret-key' },
    objects: new Map(),
    denied: new Set(),
    pageSize: over.pageSize ?? 1_000,
    now: over.now ?? Date.now,
    url: () => simulator.url,
  };
  const simulator: Simulator = await startSimulator({
    ...(over.port !== undefined && { port: over.port }),
    handler: (request) => answerS3(world, request),
  });
  return { ...simulator, world };
};
