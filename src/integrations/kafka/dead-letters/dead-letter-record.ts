import type { Message } from 'kafkajs';
import { cut } from '../../../core/text.ts';
import { contentKey } from '../../../intake/wire/dead-letter.ts';
import type { Rejection } from '../../../intake/wire/raw.ts';

const maxDetail = 8192;

/**
 * The record kept for what could not be read: the original bytes and headers, and beside them, under `farmhand-…`,
 * why and where from. A missing body stays missing (null).
 */
export const deadLetterRecord = (rejection: Rejection, installation?: string): Message => {
  const { reason, detail, message } = rejection;
  const { position } = message;
  const where =
    position.via === 'kafka'
      ? {
          'farmhand-topic': position.topic,
          'farmhand-partition': String(position.partition),
          'farmhand-offset': position.offset,
        }
      : { 'farmhand-request': position.request };
  return {
    value: message.value,
    headers: {
      // What says whose it is and where it was is ours to say, whatever its sender called a header.
      ...Object.fromEntries(
        Object.entries(message.headers).filter(([name]) => !name.startsWith('farmhand-')),
      ),
      'farmhand-reason': reason,
      'farmhand-detail': cut(detail, maxDetail + 1),
      'farmhand-content': contentKey(rejection),
      'farmhand-via': position.via,
      ...where,
      ...(message.brokerTime === undefined ? {} : { 'farmhand-timestamp': String(message.brokerTime) }),
      ...(message.topicTier === undefined ? {} : { 'farmhand-tier': message.topicTier }),
      ...(message.cluster === undefined ? {} : { 'farmhand-cluster': message.cluster }),
      ...(installation === undefined ? {} : { 'farmhand-installation': installation }),
      'farmhand-received-at': String(message.receivedAt),
    },
  };
};

/** What is kept when the brokers refuse the whole as too large: the beginning, and how long it was. */
export const cutRecord = (record: Message, keep = 64 * 1024): Message => {
  const value = record.value === null ? null : Buffer.from(record.value);
  return {
    value: value === null ? null : value.subarray(0, keep),
    headers: { ...record.headers, 'farmhand-cut-from': String(value?.length ?? 0) },
  };
};
