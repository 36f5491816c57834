import { z } from 'zod';
import { severities } from '../../core/severity.ts';
import { type EventMetadata, OptionalTimestamp, Timestamp, timeOf } from './unwrapped-event.ts';

const text = (max: number, what: string) => z.string().min(1).max(max).describe(what);
const labels = z.record(z.string(), z.string());
const severity = z.enum(severities).describe('Default: the label `severity`, else info');
const status = z.enum(['firing', 'resolved']);
const link = z.url({ protocol: /^https?$/, error: 'is not an http(s) URL' }).max(3000);

/** Data of type `adhoc`: whatever a team or a script has to say. */
export const AdhocSchema = z
  .strictObject({
    key: text(
      512,
      'Which alert this is about: events of one source and key are one alert. Without it, each is its own',
    ).optional(),
    title: text(250, 'One line: the name of the alert'),
    text: z.string().max(10_000).describe('Plain text: what happened, what to do').optional(),
    severity: severity.optional(),
    status: status.default('firing'),
    labels: labels.default({}).describe('What routes match on and threads show: service, instance, …'),
    annotations: labels.default({}),
    links: z
      .strictObject({ generator: link.optional(), runbook: link.optional(), dashboard: link.optional() })
      .default({}),
  })
  .meta({ id: 'adhoc' });
export type Adhoc = z.infer<typeof AdhocSchema>;

/** Data of type `dcr`: news of a distributed cache rebuild. */
export const DcrSchema = z
  .strictObject({
    instance: text(250, 'Express instance, as system6'),
    tenant: text(250, 'Tenant').optional(),
    rebuild: text(250, 'Id of the rebuild').optional(),
    step: text(250, 'Step of the rebuild').optional(),
    event: text(
      250,
      'What happened, as CacheRebuildStalled: with source and instance it says which alert it is',
    ),
    severity: severity.optional(),
    status: status.default('firing'),
    text: z.string().max(10_000).describe('Plain text: what happened, what to do').optional(),
    labels: labels.default({}),
  })
  .meta({ id: 'dcr' });
export type Dcr = z.infer<typeof DcrSchema>;

/** One alert as Alertmanager's webhook carries it. Fields farmhand does not use may be there. */
export const AlertmanagerAlertSchema = z
  .object({
    status,
    labels,
    annotations: labels.default({}),
    startsAt: OptionalTimestamp.describe('RFC 3339; the time of receipt where it is missing'),
    endsAt: OptionalTimestamp.describe('RFC 3339; 0001-01-01T00:00:00Z means none'),
    generatorURL: z.string().optional(),
    fingerprint: z
      .string()
      .optional()
      .describe('16 hex digits; computed from the labels where it is missing'),
    externalURL: z.string().optional().describe('Of the Alertmanager, for an alert sent on its own'),
    dashboardURL: z.string().optional().describe('As Grafana sends it'),
  })
  .meta({ id: 'alertmanager_alert' });
export type AlertmanagerAlert = z.infer<typeof AlertmanagerAlertSchema>;

export const maxAlerts = 10_000;

/** A whole webhook of Alertmanager (version 4), or of Grafana (version 1, the same fields). */
const AlertmanagerWebhookSchema = z
  .object({
    version: z.enum(['4', '1']).optional(),
    externalURL: z.string().optional(),
    groupKey: z.string().optional(),
    truncatedAlerts: z.number().int().min(0).optional(),
    alerts: z.array(AlertmanagerAlertSchema),
  })
  .meta({ id: 'alertmanager_webhook' });

/**
 * The webhook around its alerts, as it is read: what is not needed costs no alert. The alerts are read one by one,
 * each by its own schema.
 */
export const AroundAlertsSchema = z.object({
  version: z
    .union([z.literal(['4', '1']), z.literal([4, 1])], {
      error: 'is neither 4 (Alertmanager) nor 1 (Grafana)',
    })
    .optional(),
  externalURL: z.string().optional().catch(undefined),
  groupKey: z.string().optional().catch(undefined),
  truncatedAlerts: z.number().int().min(0).optional().catch(undefined),
  alerts: z
    .array(z.unknown())
    .max(maxAlerts, {
      error: ({ input }) => `has ${listLength(input)} alerts, ${maxAlerts} are allowed; set max_alerts`,
    })
    .default([]),
});

export type AroundAlerts = z.infer<typeof AroundAlertsSchema>;

const listLength = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

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
