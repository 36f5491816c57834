import { z } from 'zod';
import {
  AdhocSchema,
  AlertmanagerAlertSchema,
  AlertmanagerWebhookSchema,
  DcrSchema,
} from '../parse/data-schemas.ts';
import { type EventMetadata, Timestamp, timeOf } from './unwrapped-event.ts';

const fields = {
  farmhand: z
    .union([z.literal(1), z.literal('1')], { error: 'is not 1, the version of the envelope' })
    .describe('Version of the envelope'),
  id: z
    .string()
    .min(1)
    .max(1024)
    .describe('Unique within the source: an event sent again has the same id and counts once'),
  source: z.string().min(1).max(1024).describe('Where the event comes from; steady over time'),
  time: Timestamp.describe('When it happened, RFC 3339'),
  nonce: z
    .strictObject({
      value: z.string().min(1).max(512),
      valid_until: Timestamp.describe('After this time the event is not taken any more'),
    })
    .describe('Against a source that goes wild: of the events of a source with one nonce, one is taken')
    .optional(),
  tier: z
    .string()
    .min(1)
    .max(250)
    .describe('Whose alert it is, where topic and header do not say')
    .optional(),
};

/** The envelope without what its type decides. */
export const WrappingSchema = z.strictObject({ ...fields, type: z.string().min(1), data: z.unknown() });
export type Wrapping = z.infer<typeof WrappingSchema>;

/** farmhand's own envelope, version 1, as published in `docs/envelope.v1.schema.json`. */
export const EnvelopeSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...fields,
      type: z.literal('alertmanager'),
      data: z.union([AlertmanagerWebhookSchema, AlertmanagerAlertSchema]),
    }),
    z.strictObject({ ...fields, type: z.literal('adhoc'), data: AdhocSchema }),
    z.strictObject({ ...fields, type: z.literal('dcr'), data: DcrSchema }),
  ])
  .describe('An event for farmhand, version 1');

export const envelopeMetadata = (wrapping: Wrapping): EventMetadata => {
  const time = timeOf(wrapping.time);
  const validUntil = timeOf(wrapping.nonce?.valid_until);
  return {
    id: wrapping.id,
    source: wrapping.source,
    ...(time !== undefined && { time }),
    ...(wrapping.tier !== undefined && { tier: wrapping.tier }),
    ...(wrapping.nonce !== undefined &&
      validUntil !== undefined && { nonce: { value: wrapping.nonce.value, validUntil } }),
  };
};
