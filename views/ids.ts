import { z } from 'zod';
import type { Note } from '../src/alerts/alert.ts';
import type { PostKey } from '../src/alerts/ports.ts';

/** Every id that Slack sends back to farmhand, once. Views render them, `commands/` binds them; nobody else spells them. */
export const actionIds = {
  acknowledge: 'alert.acknowledge',
  unacknowledge: 'alert.unacknowledge',
  silence: 'alert.silence',
  ticket: 'alert.ticket',
  /** A link button: Slack reports the click all the same, and it must be acknowledged. */
  openTicket: 'alert.open_ticket',
  details: 'alert.details',
  silenceDuration: 'silence.duration',
  silenceCustom: 'silence.custom',
  silenceReason: 'silence.reason',
} as const;

export const callbackIds = {
  silence: 'silence',
  details: 'details',
  notice: 'notice',
} as const;

/** Titles of modals, which stay the same while one is loading. */
export const modalTitles = { silence: 'Silence alert', details: 'Alert details' } as const;

export const blockIds = {
  buttons: 'alert.buttons',
  silenceDuration: 'silence.duration',
  silenceCustom: 'silence.custom',
  silenceReason: 'silence.reason',
} as const;

/** First `block_id` of a message that is posted once: what it is looked up by when the answer to its post was lost. */
export const postBlockId = (key: PostKey): string => `${key.kind}:${key.id}`;

/** The key in a first `block_id`; undefined when the message is none of farmhand's keyed ones. */
export const parsePostBlockId = (blockId: string): PostKey | undefined => {
  const match = /^(alert|note|digest|rebuild|rebuild_note):(.{1,240})$/.exec(blockId);
  return match ? { kind: match[1] as PostKey['kind'], id: match[2] as string } : undefined;
};

/** The key of one reply: its alert and the last note it tells. */
export const noteKey = (alertId: string, notes: readonly Note[]): PostKey => ({
  kind: 'note',
  id: `${alertId}#${notes.at(-1)?.n ?? 0}`,
});

/** What a button carries: the alert's id, and nothing else. */
export const AlertIdValue = z.string().regex(/^[A-Za-z0-9-]{3,120}$/);

/** What a modal carries: which alert, and where to answer. */
export const ModalContext = z.strictObject({
  alert: AlertIdValue,
  channel: z.string().regex(/^[CGD][A-Z0-9]{2,}$/),
  thread: z
    .string()
    .regex(/^\d{1,12}\.\d{1,8}$/)
    .optional(),
});
export type ModalContext = z.infer<typeof ModalContext>;

export const packModalContext = (context: ModalContext): string => JSON.stringify(context);

/** undefined when it is not farmhand's own, or from a version that packed something else. */
export const readModalContext = (text: string): ModalContext | undefined => {
  try {
    return ModalContext.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
