import type { Http } from '../http-client/call.ts';
import { openTlsHttp } from '../http-client/tls-files.ts';
import type { AlertmanagerConfig } from './choose.ts';

export interface Clients extends AsyncDisposable {
  httpFor(config: AlertmanagerConfig): Http;
}

/** One client for all Alertmanagers, and one of its own for each that has certificates. */
export const openClients = (shared: Http): Clients => {
  const own = new Map<string, Http>();
  return {
    httpFor: (config) => {
      if (!config.tls) return shared;
      const key = JSON.stringify([config.name, config.tls]);
      const http = own.get(key) ?? openTlsHttp(config.tls, { proxyFromEnv: true });
      own.set(key, http);
      return http;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...own.values()].map((http) => http[Symbol.asyncDispose]()));
    },
  };
};
