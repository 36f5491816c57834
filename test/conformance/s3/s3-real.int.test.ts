import { afterAll, beforeAll, describe } from 'vitest';
import { type RealS3, startRealS3 } from '../../../sandbox/s3/real.ts';
import { s3Suite } from './s3.ts';

let s3: RealS3;
beforeAll(async () => {
  s3 = await startRealS3();
});
afterAll(() => s3[Symbol.asyncDispose]());

// Moto checks signatures and policies; the time of a call it takes as it is, and a page has a thousand keys.
describe('a real S3 server', { tags: ['long'] }, () => {
  s3Suite(async () => ({ url: s3.url, user: s3.user, knowsClock: false, knowsSlashes: false }));
});
