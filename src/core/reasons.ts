/**
 * Every outcome of an event has one stable reason code: the same word in logs, metrics, records and messages.
 * The class of a reason is what the books are balanced by:
 * received = threaded + merged + suppressed + rejected (+ pending while a thread is still to be posted).
 */
export const eventReasons = {
  opened: { class: 'pending', says: 'opened a new alert' },
  reopened: {
    class: 'pending',
    says: 'wants a thread again: it was folded into a digest, deleted, or no channel took it',
  },
  thread_open: { class: 'threaded', says: 'has its own thread' },
  grouped: { class: 'merged', says: 'opened an alert of a group, whose thread tells of it' },
  refired: { class: 'merged', says: 'fired again within the window; the same thread was re-opened' },
  resolved: { class: 'merged', says: 'resolved its alert' },
  updated: { class: 'merged', says: 'changed labels, annotations or severity of its alert' },
  no_change: { class: 'merged', says: 'said again what was already known' },
  duplicate_id: { class: 'suppressed', says: 'an event with this id is already on record' },
  duplicate_nonce: { class: 'suppressed', says: 'this source already sent this nonce while it was valid' },
  expired: { class: 'suppressed', says: 'its nonce was no longer valid when it arrived' },
  stale: { class: 'suppressed', says: 'older than what is already known of its alert' },
  no_thread_wanted: { class: 'suppressed', says: 'its route asks for no thread' },
  folded: { class: 'suppressed', says: 'resolved before its turn; told in the digest of its channel' },
  undeliverable: { class: 'suppressed', says: 'no channel accepted its thread; see the alert record' },
  bad_json: { class: 'rejected', says: 'the body is not JSON' },
  bad_encoding: { class: 'rejected', says: 'the body could not be decompressed or decoded' },
  too_large: { class: 'rejected', says: 'the body is larger than the limit' },
  too_deep: { class: 'rejected', says: 'the body is nested too deeply' },
  unknown_shape: { class: 'rejected', says: 'the body is none of the shapes farmhand reads' },
  invalid_envelope: { class: 'rejected', says: 'the envelope does not match its schema' },
  invalid_data: { class: 'rejected', says: 'the data does not match the schema of its type' },
  unknown_type: { class: 'rejected', says: 'farmhand knows no event type of this name' },
  empty: { class: 'rejected', says: 'the message has no body' },
  unreadable_record: {
    class: 'rejected',
    says: 'the record of its alert in Redis cannot be read; replay it once that is repaired',
  },
  internal_error: { class: 'rejected', says: 'farmhand itself failed on it: a bug; the log has the error' },
} as const satisfies Record<string, { class: EventClass; says: string }>;

export type EventClass = 'pending' | 'threaded' | 'merged' | 'suppressed' | 'rejected';
export type EventReason = keyof typeof eventReasons;
export type RejectReason = {
  [K in EventReason]: (typeof eventReasons)[K]['class'] extends 'rejected' ? K : never;
}[EventReason];

/** The class that `reason` is counted under. */
export const classOf = (reason: EventReason): EventClass => eventReasons[reason].class;
