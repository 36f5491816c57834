import type { EngineRequest } from '../../rebuild/ports/ports.ts';

/** The order as the admin endpoint takes it; `docs/engine.md` has the contract. */
export const orderForm = ({
  key,
  rebuild,
  effect,
  forced,
  farmers,
}: EngineRequest): Readonly<Record<string, string>> => {
  const base = { key, rebuild };
  switch (effect.kind) {
    case 'stop_run':
      return { cmd: 'rebuildStop', ...base };
    case 'propagate':
      return { cmd: 'propagate', ...base, frontend: effect.frontend };
    case 'run':
      break;
    default:
      return effect satisfies never;
  }
  const recover = String(effect.recover === true);
  switch (effect.run) {
    case 'history':
      return { cmd: 'historyUpdate', ...base };
    case 'write':
      return { cmd: 'rebuildWrite', ...base, recover };
    case 'rebuild':
      return { cmd: 'rebuildStart', ...base, forced: String(forced), minFarmers: String(farmers), recover };
    default:
      return effect.run satisfies never;
  }
};
