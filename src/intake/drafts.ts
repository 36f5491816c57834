import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { draftOfAdhoc, draftOfDcr } from './adhoc.ts';
import { draftOfAlert } from './alertmanager.ts';
import {
  AdhocSchema,
  AlertmanagerAlertSchema,
  AlertmanagerWebhookSchema,
  DcrSchema,
  maxAlerts,
} from './data-schemas.ts';
import type { Draft } from './draft.ts';
import type { Parcel } from './parcel.ts';
import { joinPath, problemsOf } from './refusal.ts';

export type Drafts =
  /** `split` says that the body is one that may carry several, even when it carried one. */
  | { readonly ok: true; readonly drafts: readonly Draft[]; readonly split: boolean }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The data of a parcel by the schema of its type. `fallbackId` stands for an event that was given no id. */
export const draftsOf = (parcel: Parcel, fallbackId: string, tierLabel: string): Drafts => {
  const { data, path, origin } = parcel;
  switch (parcel.type) {
    case 'adhoc':
      return single(AdhocSchema, data, path, (adhoc) => draftOfAdhoc(adhoc, origin, fallbackId, tierLabel));
    case 'dcr':
      return single(DcrSchema, data, path, (dcr) => draftOfDcr(dcr, origin, tierLabel));
    case 'alertmanager':
      return hasAlerts(data)
        ? webhook(data, path, tierLabel)
        : single(AlertmanagerAlertSchema, data, path, (alert) => draftOfAlert(alert, {}, tierLabel));
  }
};

const single = <T>(
  schema: z.ZodType<T>,
  data: unknown,
  path: string,
  draft: (parsed: T) => Draft,
): Drafts => {
  const parsed = schema.safeParse(data);
  return parsed.success
    ? { ok: true, drafts: [draft(parsed.data)], split: false }
    : { ok: false, problems: problemsOf(parsed.error, path) };
};

const webhook = (data: { alerts: unknown }, path: string, tierLabel: string): Drafts => {
  if (Array.isArray(data.alerts) && data.alerts.length > maxAlerts) {
    const message = `has ${data.alerts.length} alerts, ${maxAlerts} are allowed; set max_alerts`;
    return { ok: false, problems: [{ path: joinPath(path, 'alerts'), message }] };
  }
  const parsed = AlertmanagerWebhookSchema.safeParse(data);
  return parsed.success
    ? {
        ok: true,
        drafts: parsed.data.alerts.map((alert) => draftOfAlert(alert, parsed.data, tierLabel)),
        split: true,
      }
    : { ok: false, problems: problemsOf(parsed.error, path) };
};

const hasAlerts = (data: unknown): data is { alerts: unknown } =>
  typeof data === 'object' && data !== null && Object.hasOwn(data, 'alerts');
