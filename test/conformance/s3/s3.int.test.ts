import { afterAll, beforeAll, describe } from 'vitest';
import { type SimulatedS3, startS3 } from '../../../sandbox/s3/start.ts';
import { s3Suite } from './s3.ts';

let s3: SimulatedS3;
beforeAll(async () => {
  s3 = await startS3({ pageSize: 10 });
});
afterAll(() => s3[Symbol.asyncDispose]());

describe('the simulated S3', () => {
  s3Suite(async () => ({
    url: s3.url,
    knowsClock: true,
    knowsSlashes: true,
    user: async (_, rights) => {
      s3.world.denied.clear();
      for (const right of ['s3:PutObject', 's3:GetObject', 's3:ListBucket'] as const) {
        if (!rights.includes(right)) s3.world.denied.add(right);
      }
      return s3.world.credentials;
    },
  }));
});
