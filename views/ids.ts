import { z } from 'zod';
import type { Note } from '../src/alerts/model/alert.ts';
import type { PostKey } from '../src/delivery/slack-result.ts';

/** Every id that Slack sends back to farmhand, once. Views render them, `commands/` binds them; nobody else spells them. */
export const actionIds = {
  acknowledge: 'alert.acknowledge',
  unacknowledge: 'alert.unacknowledge',
  silence: 'alert.silence',
  silenceAll: 'alert.silence_all',
  ticket: 'alert.ticket',
  /** A link button: Slack reports the click all the same, and it must be acknowledged. */
  openTicket: 'alert.open_ticket',
  details: 'alert.details',
  /** Under a list that was filtered: the value is the filter as it was typed. */
  acknowledgeList: 'alerts.acknowledge',
  /** Under the question that follows; the value is a `ListedValue`. */
  acknowledgeListed: 'alerts.acknowledge_listed',
  silenceList: 'alerts.silence',
  ticketList: 'alerts.ticket',
  /** The value is a `TicketListedValue`. */
  ticketListed: 'alerts.ticket_listed',
  /** Under the members of a group: the one that is to have a thread of its own. */
  takeOut: 'alert.take_out',
  /** Under what `farmhand doctor --click` posts; the value is its nonce. */
  doctorClick: 'doctor.click',
  silenceDuration: 'silence.duration',
  silenceCustom: 'silence.custom',
  silenceReason: 'silence.reason',
  /** Under a plan; the value is the draft's id. */
  rebuildConfirm: 'rebuild.confirm',
  rebuildDiscard: 'rebuild.discard',
  /** Under the plan of an adoption; the value is the lost rebuild's id. */
  rebuildGiveUp: 'rebuild.give_up',
  /** Opens the start form; the value is a `StartValue`. */
  rebuildStart: 'rebuild.start',
  /** The rest carry the rebuild's id; some a number besides (`OfferValue`), Approve a hash (`ApproveValue`). */
  rebuildScaleTo: 'rebuild.scale_to',
  rebuildKeepDrift: 'rebuild.drift_keep',
  rebuildUndoDrift: 'rebuild.drift_undo',
  rebuildScale: 'rebuild.scale',
  rebuildPause: 'rebuild.pause',
  rebuildResume: 'rebuild.resume',
  rebuildCancel: 'rebuild.cancel',
  rebuildRetry: 'rebuild.retry',
  rebuildOverride: 'rebuild.override',
  rebuildApprove: 'rebuild.approve',
  rebuildWithdraw: 'rebuild.withdraw',
  rebuildRevoke: 'rebuild.revoke',
  rebuildReview: 'rebuild.review',
  rebuildStatus: 'rebuild.status',
  rebuildHistory: 'rebuild.history',
  /** A link button: to a thread, a ticket. */
  rebuildOpen: 'rebuild.open',
  startInstance: 'start.instance',
  startForced: 'start.forced',
  startFarmers: 'start.farmers',
  startChange: 'start.change',
  startReason: 'start.reason',
  orderFarmers: 'order.farmers',
  orderReason: 'order.reason',
  orderTyped: 'order.typed',
  overrideKind: 'override.kind',
  overrideStep: 'override.step',
  overrideAmount: 'override.amount',
  overrideReason: 'override.reason',
  overrideTyped: 'override.typed',
  reviewVerdict: 'review.verdict',
  reviewSays: 'review.says',
} as const;

export const callbackIds = {
  silence: 'silence',
  silenceListed: 'silence_listed',
  details: 'details',
  notice: 'notice',
  rebuildStart: 'rebuild.start',
  /** Scale, pause, cancel: a number or a reason. */
  rebuildOrder: 'rebuild.order',
  rebuildOverride: 'rebuild.override',
  rebuildReview: 'rebuild.review',
  home: 'home',
} as const;

/** Titles of modals, which stay the same while one is loading. */
export const modalTitles = {
  silence: 'Silence alert',
  silenceAll: 'Silence all',
  details: 'Alert details',
  start: 'Start a rebuild',
  scale: 'Scale farmers',
  pause: 'Pause rebuild',
  cancel: 'Cancel rebuild',
  override: 'Override',
  review: 'Review a broken glass',
  rebuild: 'Rebuild',
} as const;

export const blockIds = {
  buttons: 'alert.buttons',
  members: 'alert.members',
  listButtons: 'alerts.buttons',
  /** Of an alert's thread, where its instance may be rebuilt or is. */
  alertRebuild: 'alert.rebuild',
  rebuildButtons: 'rebuild.buttons',
  approverButtons: 'rebuild.approver_buttons',
  offerButtons: 'rebuild.offer_buttons',
  driftButtons: 'rebuild.drift_buttons',
  planButtons: 'rebuild.plan_buttons',
  homeButtons: 'home.buttons',
  silenceDuration: 'silence.duration',
  silenceCustom: 'silence.custom',
  silenceReason: 'silence.reason',
  startInstance: 'start.instance',
  startForced: 'start.forced',
  startFarmers: 'start.farmers',
  startChange: 'start.change',
  startReason: 'start.reason',
  orderFarmers: 'order.farmers',
  orderReason: 'order.reason',
  orderTyped: 'order.typed',
  overrideKind: 'override.kind',
  overrideStep: 'override.step',
  overrideAmount: 'override.amount',
  overrideReason: 'override.reason',
  overrideTyped: 'override.typed',
  reviewVerdict: 'review.verdict',
  reviewSays: 'review.says',
} as const;

/** First `block_id` of a message that is posted once: what it is looked up by when the answer to its post was lost. */
export const postBlockId = (key: PostKey): string => `${key.kind}:${key.id}`;

/** The key in a first `block_id`; undefined when the message is none of farmhand's keyed ones. */
export const parsePostBlockId = (blockId: string): PostKey | undefined => {
  const match =
    /^(alert|note|digest|handover|rebuild|rebuild_note|recovery|approver|members|region|notice):(.{1,240})$/.exec(
      blockId,
    );
  return match ? { kind: match[1] as PostKey['kind'], id: match[2] as string } : undefined;
};

/** The key of one reply: its alert and the last note it tells. */
export const noteKey = (alertId: string, notes: readonly Note[]): PostKey => ({
  kind: 'note',
  id: `${alertId}#${notes.at(-1)?.n ?? 0}`,
});

/** The key of one reply in a rebuild's thread: the rebuild and the last note it tells. */
export const rebuildNoteKey = (rebuildId: string, through: number): PostKey => ({
  kind: 'rebuild_note',
  id: `${rebuildId}#${through}`,
});

/** The key of one message to somebody who may approve, or to their channel; `through`: of a reminder under it. */
export const approverKey = (rebuildId: string, n: number, through = 0): PostKey => ({
  kind: 'approver',
  id: through === 0 ? `${rebuildId}#${n}` : `${rebuildId}#${n}.${through}`,
});

/** What a button carries: the alert's id, and nothing else. */
export const AlertIdValue = z.string().regex(/^[A-Za-z0-9-]{3,120}$/);

export const DoctorNonceValue = z.string().regex(/^[a-f0-9-]{8,64}$/);

/** The words behind `/alerts`, as they were typed; longer ones get no button. */
export const ListValue = z.string().min(1).max(1850);
export const fitsListValue = (text: string): boolean => ListValue.safeParse(text).success;

/** The same, and when the question was asked: what fires later was not seen by whoever says yes. */
export const ListedValue = z
  .string()
  .max(2000)
  .regex(/^[0-9a-z]{1,9} .+$/s)
  .transform((value) => {
    const space = value.indexOf(' ');
    return { asOf: Number.parseInt(value.slice(0, space), 36), words: value.slice(space + 1) };
  });
export const listedValue = (asOf: number, words: string): string => `${asOf.toString(36)} ${words}`;

/** The same of a ticket, and with it the record that the ticket goes by: twice yes is the same ticket. */
export const TicketListedValue = z
  .string()
  .max(2000)
  .regex(/^[0-9a-z]{1,9} [A-Za-z0-9-]{3,120} .+$/s)
  .transform((value) => {
    const [asOf = '', first = ''] = value.split(' ', 2);
    return { asOf: Number.parseInt(asOf, 36), first, words: value.slice(asOf.length + first.length + 2) };
  });
export const ticketListedValue = (asOf: number, first: string, words: string): string =>
  `${asOf.toString(36)} ${first} ${words}`;

/** A list that people see: what a filter finds, or what waits for its thread in a channel. */
export type ListPlace = { readonly filters: string } | { readonly waitingIn: string };

/** In place of a filter, what a digest's buttons carry; nobody can type it. */
export const digestWords = (channel: string): string => `digest:${channel}`;
export const readDigestWords = (words: string): string | undefined =>
  /^digest:([CGD][A-Z0-9]{2,20})$/.exec(words)?.[1];

/** What a button of a rebuild carries: `system6-20261120-1`. */
export const RebuildIdValue = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}-\d{8}-\d{1,6}$/);

/** A number of farmers to scale to, with the rebuild it was offered for: the label and the click must not differ. */
export const OfferValue = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}-\d{8}-\d{1,6}#\d{1,4}$/)
  .transform((value) => {
    const [rebuild = '', farmers = ''] = value.split('#');
    return { rebuild, farmers: Number(farmers) };
  });
export const offerValue = (rebuild: string, farmers: number): string => `${rebuild}#${farmers}`;

/**
 * A rebuild to approve, with the beginning of the hash of what was shown beside the button. Without one, what is asked
 * for was not shown there.
 */
export const ApproveValue = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}-\d{8}-\d{1,6}(#[0-9a-f]{8,64})?$/)
  .transform((value) => {
    const [rebuild = '', hash] = value.split('#');
    return { rebuild, ...(hash !== undefined && { hash }) };
  });
export const approveValue = (rebuild: string, hash: string): string => `${rebuild}#${hash.slice(0, 32)}`;

/** What the confirm button carries: the draft's id. */
export const DraftIdValue = z.string().regex(/^[A-Za-z0-9_-]{1,120}$/);

/** What the start form begins with: nothing, an instance, or what an alert's labels name. */
export const StartValue = z
  .string()
  .regex(/^(new|instance:[a-z0-9][a-z0-9-]{0,79}|alert:[A-Za-z0-9-]{3,120})$/)
  .transform((value): StartFrom => {
    const [kind, id = ''] = value.split(':');
    return kind === 'new' ? {} : kind === 'alert' ? { alert: id } : { instance: id };
  });
export type StartFrom = { readonly instance?: string; readonly alert?: string };
export const startValue = ({ instance, alert }: StartFrom): string =>
  alert !== undefined ? `alert:${alert}` : instance !== undefined ? `instance:${instance}` : 'new';

const place = {
  channel: z
    .string()
    .regex(/^[CGD][A-Z0-9]{2,}$/)
    .optional(),
  thread: z
    .string()
    .regex(/^\d{1,12}\.\d{1,8}$/)
    .optional(),
};

/** What a modal of rebuilds carries: what it is about, and where it was opened. */
export const RebuildModalContext = z.strictObject({
  ...place,
  rebuild: RebuildIdValue.optional(),
  verb: z.enum(['scale', 'pause', 'cancel']).optional(),
  alert: AlertIdValue.optional(),
});
export type RebuildModalContext = z.infer<typeof RebuildModalContext>;

export const packRebuildContext = (context: RebuildModalContext): string => JSON.stringify(context);

/** undefined when it is not farmhand's own, or from a version that packed something else. */
export const readRebuildContext = (text: string): RebuildModalContext | undefined =>
  readJson(RebuildModalContext, text);

/** What a modal carries: which alert, and where to answer. */
export const ModalContext = z.strictObject({
  alert: AlertIdValue,
  channel: z.string().regex(/^[CGD][A-Z0-9]{2,}$/),
  thread: z
    .string()
    .regex(/^\d{1,12}\.\d{1,8}$/)
    .optional(),
  /** Of a silence of a group: names of labels whose values are read from the records again. */
  labels: z
    .array(z.string().regex(/^[a-zA-Z_]\w{0,119}$/))
    .max(20)
    .optional(),
});
export type ModalContext = z.infer<typeof ModalContext>;

/** What the form of a silence of a list carries: the list as its button does, and when it was shown. */
export const ListModalContext = ModalContext.omit({ alert: true }).required({ labels: true }).extend({
  words: ListValue,
  asOf: z.number().int().nonnegative(),
});
export type ListModalContext = z.infer<typeof ListModalContext>;
export const readListModalContext = (text: string): ListModalContext | undefined =>
  readJson(ListModalContext, text);

export const packModalContext = (context: ModalContext | ListModalContext): string => JSON.stringify(context);

/** undefined when it is not farmhand's own, or from a version that packed something else. */
export const readModalContext = (text: string): ModalContext | undefined => readJson(ModalContext, text);

/** Where a form was opened, whichever of them it is: there it was asked, and is answered. */
export const readOpenedIn = (
  text: string,
): { readonly channel?: string | undefined; readonly thread?: string | undefined } =>
  readModalContext(text) ?? readListModalContext(text) ?? readRebuildContext(text) ?? {};

const readJson = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
