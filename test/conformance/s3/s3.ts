import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { S3Right } from '../../../sandbox/s3/store.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import {
  type ArchiveSettings,
  createObjectStore,
  type ObjectStore,
} from '../../../src/integrations/s3/object-store.ts';
import type { S3Credentials } from '../../../src/integrations/s3/sign.ts';

export interface S3UnderTest {
  readonly url: string;
  /** Keys that may do this with a bucket that is there. */
  readonly user: (bucket: string, rights: readonly S3Right[]) => Promise<S3Credentials>;
  readonly knowsClock: boolean;
  /**
   * Moto 5.2 checks a query after it took the escapes out of it, and so refuses a slash in it from AWS' own SDK, too. What
   * is listed below a folder is held by the simulator alone.
   */
  readonly knowsSlashes: boolean;
}

const all: readonly S3Right[] = ['s3:PutObject', 's3:GetObject', 's3:ListBucket'];

const settings = (url: string, over: Partial<ArchiveSettings> = {}): ArchiveSettings => ({
  ...{ bucket: 'events', region: 'us-east-1', endpoint: url, allow_http: true, path_style: true },
  ...{
    prefix: '',
    encryption: 'bucket',
    create_only: true,
    max_bytes: 8_388_608,
    max_age: 60_000,
  },
  ...over,
});

const listed = async (store: ObjectStore, beginning: string, after?: string): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of store.list(beginning, after)) keys.push(key);
  return keys;
};

/** What farmhand counts on of storage that speaks S3; the simulator and a real one alike. */
export const s3Suite = (subject: () => Promise<S3UnderTest>): void => {
  const open = async (rights = all, over: Partial<ArchiveSettings> = {}, now = Date.now) => {
    const { url, user } = await subject();
    const keys = await user(over.bucket ?? 'events', rights);
    const http = openHttp();
    const store = createObjectStore(settings(url, over), { http, credentials: async () => keys, now });
    return { store, keys, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
  };
  const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 10, 13, 128]);
  const code = (wanted: string) => expect.objectContaining({ code: wanted });

  test('an object is read as it was written, byte for byte, and never written over', async () => {
    await using it = await open();
    const large = createHash('sha512').update('x').digest();
    const body = Buffer.concat(Array.from({ length: 20_000 }, () => large));
    expect(await it.store.put('one/a_b-c.d/1.ndjson.gz', body)).toBe('stored');
    expect((await it.store.get('one/a_b-c.d/1.ndjson.gz')).equals(body)).toBe(true);
    expect(await it.store.put('one/twice', bytes)).toBe('stored');
    expect(await it.store.put('one/twice', Buffer.from('another'))).toBe('there');
    expect(await it.store.get('one/twice')).toEqual(bytes);
    await expect(it.store.get('one/none')).rejects.toEqual(code('archive_failed'));
  });

  test('where objects may be written over, they are', async () => {
    await using it = await open(all, { create_only: false });
    expect(await it.store.put('over/one', bytes)).toBe('stored');
    expect(await it.store.put('over/one', Buffer.from('another'))).toBe('stored');
    expect((await it.store.get('over/one')).toString()).toBe('another');
  });

  test.each(['list-', 'below/some.where_1/'])(
    'keys below %s are listed in their order, page by page, from behind one on',
    async (beginning) => {
      if (beginning.includes('/') && !(await subject()).knowsSlashes) return;
      await using it = await open();
      const keys = Array.from({ length: 25 }, (_, i) => `${beginning}${String(i).padStart(4, '0')}_x`);
      for (const key of keys.toReversed()) await it.store.put(key, bytes);
      await it.store.put(`m${beginning}`, bytes);
      expect(await listed(it.store, beginning)).toEqual(keys);
      expect(await listed(it.store, beginning, `${beginning}0020`)).toEqual(keys.slice(20));
      expect(await listed(it.store, 'nothing')).toEqual([]);
    },
  );

  test('a prefix goes before every key, and none of it comes back', async () => {
    await using it = await open(all, { prefix: 'deep/er' });
    await using whole = await open();
    await it.store.put('one', bytes);
    expect(await whole.store.get('deep/er/one')).toEqual(bytes);
    if ((await subject()).knowsSlashes) expect(await listed(it.store, 'o')).toEqual(['one']);
  });

  test.each(all)('without %s that alone is refused, in words', async (right) => {
    await using whole = await open();
    await whole.store.put('rights-one', bytes);
    await using it = await open(all.filter((each) => each !== right));
    const does = {
      's3:PutObject': () => it.store.put('rights-new', bytes),
      's3:GetObject': () => it.store.get('rights-one'),
      's3:ListBucket': () => listed(it.store, 'rights-'),
    };
    for (const each of all) {
      if (each === right) {
        const refusal = await does[each]().catch((error: unknown) => error);
        expect(refusal).toMatchObject({
          code: 'archive_denied',
          retryable: true,
          message: expect.stringContaining('docs/archive.md'),
        });
      } else await does[each]();
    }
  });

  test('another secret key is refused', async () => {
    const { url, user } = await subject();
    const keys = await user('events', all);
    await using http = openHttp();
    const credentials = async () => ({ ...keys, secretAccessKey: `${keys.secretAccessKey}x` });
    const store = createObjectStore(settings(url), { http, credentials, now: Date.now });
    await expect(store.put('wrong', bytes)).rejects.toMatchObject({
      code: 'archive_denied',
      message: expect.stringContaining('SignatureDoesNotMatch'),
    });
  });

  test('a clock that is wrong is named', async (ctx) => {
    if (!(await subject()).knowsClock) ctx.skip();
    await using it = await open(all, {}, () => Date.now() - 3_600_000);
    await expect(it.store.put('late', bytes)).rejects.toEqual(code('archive_clock'));
  });
};
