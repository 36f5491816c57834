import type { Simulator } from '../simulator/server.ts';
import { findAlertmanager, startRealAlertmanager } from './real.ts';
import { startSimulatedAlertmanager } from './simulated.ts';

export interface AlertmanagerSandbox extends AsyncDisposable {
  readonly url: string;
  /** `real`: the program found on `searchPath`; else the simulator, which can be given faults. */
  readonly kind: 'real' | 'simulated';
  readonly control?: Simulator['control'];
}

/** An Alertmanager on loopback: the real program where it is installed, else farmhand's simulator of its silences. */
export const startAlertmanager = async (options: {
  readonly port?: number;
  /** `PATH` to look for the real program in; empty: always the simulator. */
  readonly searchPath: string;
  readonly webhook?: { readonly url: string; readonly bearerToken: string };
}): Promise<AlertmanagerSandbox> => {
  const port = options.port !== undefined && { port: options.port };
  const binary = await findAlertmanager(options.searchPath);
  if (binary === undefined) return { ...(await startSimulatedAlertmanager({ ...port })), kind: 'simulated' };
  const webhook = options.webhook && { webhook: options.webhook };
  return { ...(await startRealAlertmanager({ binary, ...port, ...webhook })), kind: 'real' };
};
