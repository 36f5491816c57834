import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { parseJson, record } from '../args.ts';
import type { Inner } from './inner.ts';
import type { Json, Messages } from './messages.ts';

/** What the page sees, seen by the gateway: messages of people, open modals, App Home. */
export interface Feed extends AsyncDisposable {
  /** The open modals, the uppermost last. */
  modals(): readonly Json[];
  /** The App Home that was published for a person. */
  home(user: string): Json | undefined;
  /** Answers the uppermost modal. Resolves with what the app made of it. */
  submit(user: string, values: Json): Promise<SubmitResult>;
  close(user: string): void;
}

export type SubmitResult =
  | { readonly result: 'closed' }
  | { readonly result: 'errors'; readonly errors: Json }
  /** Another view stands there now. */
  | { readonly result: 'view'; readonly view: Json };

export const openFeed = async (
  inner: Pick<Inner, 'wsUrl' | 'rewrite'>,
  messages: Messages,
  onChannel: (channel: Json) => void,
): Promise<Feed> => {
  const socket = new WebSocket(`${inner.wsUrl}/ui`);
  const events = new EventEmitter<{ ready: []; modal: [SubmitResult] }>();
  let modals: readonly Json[] = [];
  const homes = new Map<string, Json>();
  const take = (event: Json): void => {
    const message = record(event['message']);
    switch (event['t']) {
      case 'init': {
        messages.clear();
        homes.clear();
        modals = [];
        events.emit('ready');
        return;
      }
      case 'message':
      case 'message_update':
        if (message) messages.put(message);
        return;
      case 'message_delete':
        messages.remove(String(event['channel']), String(event['ts']));
        return;
      case 'channel':
        onChannel(record(event['channel']) ?? {});
        return;
      case 'view': {
        modals = Array.isArray(event['stack']) ? event['stack'] : [];
        const top = modals.at(-1);
        events.emit('modal', top ? { result: 'view', view: top } : { result: 'closed' });
        return;
      }
      case 'view_errors':
        events.emit('modal', { result: 'errors', errors: record(event['errors']) ?? {} });
        return;
      case 'home': {
        const view = record(event['view']);
        if (view) homes.set(String(event['user']), view);
      }
    }
  };
  socket.on('message', (data) => take(record(parseJson(inner.rewrite(data.toString()))) ?? {}));
  const ready = once(events, 'ready');
  await Promise.race([ready, once(socket, 'error').then(([error]) => Promise.reject(error))]);
  socket.on('error', () => socket.terminate());
  return {
    modals: () => modals,
    home: (user) => homes.get(user),
    submit: async (user, values) => {
      const settled = once(events, 'modal');
      socket.send(JSON.stringify({ t: 'view_submit', user, values }));
      return (await settled)[0];
    },
    close: (user) => socket.send(JSON.stringify({ t: 'view_close', user })),
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
    },
  };
};
