import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEntry } from '../journal.ts';
import type { SubmitResult } from '../messages/feed.ts';
import type { Json, Kept } from '../messages/messages.ts';
import type { FaultInput, Outage } from './faults.ts';
import type { Pacing } from './pacing.ts';

/** A message as tests see it: with metadata, deleted and ephemeral ones too. */
export type BoxMessage = Omit<Kept, 'raw'>;

/** Tells the local Slack what is to go wrong, and does what people do. Everything throws with what was wrong. */
export interface SlackControl {
  /** The id of the fault, for `removeFault`. */
  fault(fault: FaultInput): Promise<number>;
  removeFault(id: number): Promise<void>;
  /** Faults and outage. */
  clearFaults(): Promise<void>;
  /** Faults that have not taken all their calls yet. */
  pendingFaults(): Promise<number>;
  outage(mode: Outage): Promise<void>;
  pacing(pacing: Pacing): Promise<void>;
  /** Calls and acknowledged envelopes after number `since`, oldest first. */
  journal(since?: number): Promise<readonly JournalEntry[]>;
  /** All messages of a channel, oldest first. */
  messages(channel: string): Promise<readonly BoxMessage[]>;
  /** Roots with this metadata id, deleted ones too: exactly one is what farmhand promises. */
  rootsOf(channel: string, id: string): Promise<readonly BoxMessage[]>;
  /** Looks until `test` holds and returns the messages; throws with the last ones after `timeoutMs` (10 s). */
  waitForMessages(
    channel: string,
    test: (messages: readonly BoxMessage[]) => boolean,
    timeoutMs?: number,
  ): Promise<readonly BoxMessage[]>;
  say(input: { channel: string; user: string; text: string; thread_ts?: string }): Promise<{ ts: string }>;
  /** Says `@farmhand …`. */
  mention(input: {
    channel: string;
    user: string;
    text: string;
    thread_ts?: string;
  }): Promise<{ ts: string }>;
  /** Resolves when the app has acknowledged it, or after 5 s. */
  command(input: { channel: string; user: string; command: string; text?: string }): Promise<void>;
  /** Resolves when the app has acknowledged it, or after 5 s. `stale_value` replaces what the button carries. */
  click(input: {
    channel: string;
    user: string;
    ts: string;
    action_id: string;
    stale_value?: string;
  }): Promise<void>;
  /** Open modals, the uppermost last. */
  modals(): Promise<readonly Json[]>;
  /** Looks until a modal is open; returns the uppermost. */
  waitForModal(timeoutMs?: number): Promise<Json>;
  /** Answers the uppermost modal: `values[block_id][action_id] = { type, value | selected_option … }`. */
  submit(input: { user: string; values: Json }): Promise<SubmitResult>;
  closeModal(user: string): Promise<void>;
  openHome(user: string): Promise<void>;
  /** The App Home that the app published for a person. */
  home(user: string): Promise<Json | undefined>;
  /** A person deletes a message of farmhand's. */
  deleteMessage(channel: string, ts: string): Promise<void>;
  channel(id: string, state: { archived?: boolean; member?: boolean }): Promise<void>;
  /** Who is in a user group from now on. */
  usergroup(usergroup: string, users: readonly string[]): Promise<void>;
  /** Calls with these tokens are `token_revoked` from now on; an empty list undoes it. */
  revokeTokens(tokens: readonly string[]): Promise<void>;
  openSockets(): Promise<number>;
  /** Slack asks every socket to connect again. */
  recycleSockets(which?: 'all' | 'oldest'): Promise<number>;
  /** Cuts every socket without a word. */
  cutSockets(): Promise<number>;
  /** Delivers the last envelope of a type once more; false when there was none. */
  resend(type: 'events_api' | 'slash_commands' | 'interactive'): Promise<boolean>;
  /** Back to the seed. */
  reset(): Promise<void>;
}

/** A client for `controlUrl` of `startSlackBox`. `botUserId`: whom a mention names. */
export const createSlackControl = (controlUrl: string, botUserId: string): SlackControl => {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${controlUrl}/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const value = (await answer.json()) as { ok: boolean; error?: string };
    if (!value.ok) throw new Error(`Slack sandbox, ${method} ${path}: ${value.error}`);
    return value as T;
  };
  const done = async (method: string, path: string, body?: unknown): Promise<void> => {
    await call(method, path, body);
  };
  const messages: SlackControl['messages'] = async (channel) =>
    (await call<{ messages: BoxMessage[] }>('GET', `messages?channel=${channel}`)).messages;
  const modals: SlackControl['modals'] = async () => (await call<{ modals: Json[] }>('GET', 'modals')).modals;
  const say: SlackControl['say'] = async (input) => ({
    ts: (await call<{ ts: string }>('POST', 'say', input)).ts,
  });
  return {
    fault: async (fault) => (await call<{ id: number }>('POST', 'faults', fault)).id,
    removeFault: (id) => done('DELETE', `faults?id=${id}`),
    clearFaults: () => done('DELETE', 'faults'),
    pendingFaults: async () => (await call<{ pending: number }>('GET', 'faults')).pending,
    outage: (mode) => done('PUT', 'outage', mode),
    pacing: (pacing) => done('PUT', 'pacing', pacing),
    journal: async (since = 0) =>
      (await call<{ entries: JournalEntry[] }>('GET', `journal?since=${since}`)).entries,
    messages,
    rootsOf: async (channel, id) =>
      (await messages(channel)).filter(
        (message) =>
          message.threadTs === undefined &&
          (message.metadata?.['event_payload'] as Json | undefined)?.['id'] === id,
      ),
    waitForMessages: (channel, test, timeoutMs) =>
      poll(`messages in ${channel}`, () => messages(channel), test, timeoutMs),
    say,
    mention: (input) => say({ ...input, text: `<@${botUserId}> ${input.text}` }),
    command: (input) => done('POST', 'command', input),
    click: (input) => done('POST', 'click', input),
    modals,
    waitForModal: async (timeoutMs) => {
      const open = await poll('an open modal', modals, (stack) => stack.length > 0, timeoutMs);
      return open.at(-1) ?? {};
    },
    submit: async (input) => {
      const { ok: _, ...result } = await call<SubmitResult & { ok: boolean }>('POST', 'submit', input);
      return result as SubmitResult;
    },
    closeModal: (user) => done('POST', 'close', { user }),
    openHome: (user) => done('POST', 'open-home', { user }),
    home: async (user) => (await call<{ view: Json | null }>('GET', `home?user=${user}`)).view ?? undefined,
    deleteMessage: (channel, ts) => done('POST', 'delete', { channel, ts }),
    channel: (id, state) => done('PUT', 'channel', { channel: id, ...state }),
    usergroup: (usergroup, users) => done('PUT', 'usergroup', { usergroup, users }),
    revokeTokens: (tokens) => done('PUT', 'revoked', tokens),
    openSockets: async () => (await call<{ open: number }>('GET', 'sockets')).open,
    recycleSockets: async (which = 'all') =>
      (await call<{ recycled: number }>('POST', which === 'all' ? 'recycle' : 'recycle?oldest=1')).recycled,
    cutSockets: async () => (await call<{ cut: number }>('POST', 'cut')).cut,
    resend: async (type) => (await call<{ sent: boolean }>('POST', 'resend', { type })).sent,
    reset: () => done('POST', 'reset'),
  };
};

const poll = async <T>(
  what: string,
  look: () => Promise<T>,
  test: (seen: T) => boolean,
  timeoutMs = 10_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (test(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms for ${what}. Last seen:\n${JSON.stringify(seen, null, 1)}`);
    }
    await sleep(20);
  }
};
