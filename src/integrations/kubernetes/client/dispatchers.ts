import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { sha256 } from '../../../core/hash.ts';

type Make = (cluster: unknown, options: Readonly<Record<string, unknown>>) => Dispatcher | undefined;

/**
 * Lets the calls of one kubeconfig share their connections. The client (2.0.1) makes a new dispatcher, and with it a new
 * TLS connection, for every call: `KubeConfig.applySecurityAuthentication`. Changed certificates give a new one.
 */
export const shareConnections = (config: KubeConfig): { readonly release: () => Promise<void> } => {
  const original: Make = Reflect.get(config, 'createDispatcher').bind(config);
  let current: { readonly key: string; readonly dispatcher: Dispatcher } | undefined;
  const createDispatcher: Make = (cluster, options) => {
    const key = keyOf(options);
    if (current?.key === key) return current.dispatcher;
    const dispatcher = original(cluster, options);
    // Calls in flight on the old connections end there.
    current?.dispatcher.close().catch(() => {});
    current = dispatcher && { key, dispatcher };
    return dispatcher;
  };
  Object.assign(config, { createDispatcher });
  return {
    async release() {
      await current?.dispatcher.destroy();
      current = undefined;
    },
  };
};

/** Private keys are among the options: they are not kept a second time. */
const keyOf = (options: Readonly<Record<string, unknown>>): string => sha256(JSON.stringify(options));
