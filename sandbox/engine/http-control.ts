import { z } from 'zod';
import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { runKinds, type SimEngineControl } from './contract.ts';

/** The paths of `httpControl`: for people, so faults leave them alone. */
export const isControlPath = (path: string): boolean => path.startsWith('/_engine');

const Command = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('freeze'), on: z.boolean() }),
  z.strictObject({ do: z.literal('fail'), run: z.enum(runKinds) }),
  z.strictObject({ do: z.literal('speed'), factor: z.number().min(0).max(1_000) }),
  z.strictObject({ do: z.literal('frontend'), name: z.string(), stays: z.enum(['down', 'failed', 'up']) }),
  z.strictObject({ do: z.literal('lose_cache_file') }),
  z.strictObject({ do: z.literal('fall_back'), on: z.boolean() }),
]);
type Command = z.infer<typeof Command>;

/** `POST /_engine/<instance>` with a command as JSON does what `SimEngineControl` does; `GET /_engine`: the orders. */
export const httpControl = (control: SimEngineControl, request: SimRequest): SimResponse => {
  if (request.method === 'GET' && request.path === '/_engine') return { status: 200, json: control.orders() };
  const instance = /^\/_engine\/([^/]+)$/.exec(request.path)?.[1];
  if (request.method !== 'POST' || instance === undefined) return { status: 404, body: usage };
  try {
    apply(control, decodeURIComponent(instance), Command.parse(JSON.parse(request.body)));
    return { status: 204 };
  } catch (error) {
    const says = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { status: 400, body: `${says}\n${usage}` };
  }
};

const apply = (control: SimEngineControl, instance: string, command: Command): void => {
  switch (command.do) {
    case 'freeze':
      control.freezeProgress(instance, command.on);
      break;
    case 'fail':
      control.failRun(instance, command.run);
      break;
    case 'speed':
      control.speed(instance, command.factor);
      break;
    case 'frontend':
      control.frontendStays(instance, command.name, command.stays);
      break;
    case 'lose_cache_file':
      control.loseCacheFile(instance);
      break;
    case 'fall_back':
      control.fallBack(instance, command.on);
      break;
    default:
      command satisfies never;
  }
};

const usage = `GET /_engine, or POST /_engine/<instance> with one of
{"do":"freeze","on":true} {"do":"fail","run":"rebuild"} {"do":"speed","factor":4}
{"do":"frontend","name":"system6-fe1","stays":"down"} {"do":"lose_cache_file"} {"do":"fall_back","on":true}
`;
