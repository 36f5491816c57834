import { z } from 'zod';
import { type SimRequest, type SimResponse, type Simulator, startSimulator } from '../simulator/server.ts';

export interface SreTask {
  readonly id: string;
  readonly key: string;
  readonly task: string;
  readonly params: Readonly<Record<string, string>>;
  readonly at: number;
}

export interface SreApiSandbox extends Simulator {
  tasks(): readonly SreTask[];
}

const Body = z.strictObject({
  task: z.string().min(1).max(100),
  params: z.record(z.string(), z.string()),
});

/**
 * An API for SRE jobs: `POST /tasks` with an `Idempotency-Key`, `GET /tasks`, `GET /tasks/{id}`. The task
 * `no-such-task` is unknown to it. With `token`, calls need it as a bearer token; the list is for people.
 */
export const startSreApi = async (
  options: { readonly port?: number; readonly token?: string; readonly now?: () => number } = {},
): Promise<SreApiSandbox> => {
  const { now = Date.now } = options;
  const tasks: SreTask[] = [];
  const urlOf = (id: string): string => `${simulator.url}/tasks/${id}`;

  const submit = (request: SimRequest): SimResponse => {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return problem(400, 'The header Idempotency-Key is missing.');
    const parsed = Body.safeParse(json(request.body));
    if (!parsed.success) return problem(400, z.prettifyError(parsed.error));
    const { task, params } = parsed.data;
    if (task === 'no-such-task') return problem(422, `Unknown task type ${task}.`);
    const known = tasks.find((t) => t.key === key);
    if (known && JSON.stringify([known.task, known.params]) !== JSON.stringify([task, params])) {
      return problem(422, 'This Idempotency-Key was used for another task.');
    }
    if (known) {
      return {
        status: 409,
        json: { id: known.id, url: urlOf(known.id), idempotency_key: key, message: 'Already submitted.' },
      };
    }
    const id = `task-${tasks.length + 1}`;
    tasks.push({ id, key, task, params, at: now() });
    return { status: 202, json: { id, url: urlOf(id), text: `Accepted: ${task}` } };
  };

  const handler = (request: SimRequest): SimResponse => {
    const { method, path } = request;
    if (method === 'POST' && path === '/tasks') {
      const allowed =
        options.token === undefined || request.headers['authorization'] === `Bearer ${options.token}`;
      return allowed ? submit(request) : problem(401, 'The bearer token is missing or wrong.');
    }
    if (method === 'GET' && path === '/tasks') return { status: 200, json: tasks };
    const task = tasks.find((t) => path === `/tasks/${t.id}`);
    return method === 'GET' && task
      ? { status: 200, json: task }
      : problem(404, 'There is no such thing here.');
  };

  const simulator = await startSimulator({
    ...(options.port !== undefined && { port: options.port }),
    handler,
  });
  return { ...simulator, tasks: () => tasks };
};

const problem = (status: number, message: string): SimResponse => ({ status, json: { message } });

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
