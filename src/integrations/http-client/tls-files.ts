import { readFile } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import { type Http, type HttpOptions, openHttp, type TlsMaterial } from './call.ts';

/** PEM files of one system. */
export interface TlsFiles {
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly server_name?: string | undefined;
}

export interface TlsHttpOptions extends Omit<HttpOptions, 'tls'> {
  readonly now?: () => number;
  readonly read?: (path: string) => Promise<Buffer>;
}

/** Certificates are renewed in place: the files are looked at again this often; ms. */
const lookAgain = 60_000;

interface Opened {
  readonly http: Http;
  readonly fingerprint: string;
  readonly lookedAt: number;
}

/** A client whose certificates are in files. A file that cannot be read fails the call, in words, and is tried again. */
export const openTlsHttp = (files: TlsFiles, options: TlsHttpOptions = {}): Http => {
  const { now = Date.now, read = (path: string) => readFile(path), ...rest } = options;
  let opened: Opened | undefined;

  const open = async (): Promise<Http> => {
    if (opened && now() - opened.lookedAt < lookAgain) return opened.http;
    const tls = await material(files, read);
    const fingerprint = JSON.stringify([tls.ca, tls.cert, tls.key].map((pem) => pem?.toString('base64')));
    const former = opened;
    const http = former?.fingerprint === fingerprint ? former.http : openHttp({ ...rest, tls });
    opened = { http, fingerprint, lookedAt: now() };
    // What is under way on the former one ends there.
    if (former && former.http !== http)
      setTimeout(() => void former.http[Symbol.asyncDispose](), 60_000).unref();
    return http;
  };

  return {
    call: async (ask) => {
      try {
        const http = await open();
        return await http.call(ask);
      } catch (error) {
        return { kind: 'not_sent', error: messageOf(error) };
      }
    },
    async [Symbol.asyncDispose]() {
      await opened?.http[Symbol.asyncDispose]();
    },
  };
};

const material = async (files: TlsFiles, read: (path: string) => Promise<Buffer>): Promise<TlsMaterial> => {
  const load = async (key: 'ca_file' | 'cert_file' | 'key_file'): Promise<Buffer | undefined> => {
    const path = files[key];
    if (path === undefined) return undefined;
    try {
      return await read(path);
    } catch (error) {
      throw new Error(`tls.${key} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  };
  const [ca, cert, key] = await Promise.all([load('ca_file'), load('cert_file'), load('key_file')]);
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(files.server_name !== undefined && { servername: files.server_name }),
  };
};
