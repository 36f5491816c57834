import type { z } from 'zod';
import { isObject } from '../../core/json.ts';
import {
  type AlertmanagerAlert,
  AlertmanagerAlertSchema,
  type AroundAlerts,
  AroundAlertsSchema,
  maxAlerts,
  type Wrapping,
  WrappingSchema,
} from './envelope.ts';
import { isTime } from './rfc3339.ts';

/**
 * What nearly every body is, checked by hand, as its schema would: a tenth of the time. What these do not take is left to
 * the schema, which also says what is wrong. They take nothing that the schema does not, and give what it gives.
 */

export const readWrapping = (json: Fields) => given(quickWrapping(json)) ?? WrappingSchema.safeParse(json);

export const readAlertmanagerAlert = (json: unknown) =>
  given(quickAlert(json)) ?? AlertmanagerAlertSchema.safeParse(json);

export const readAroundAlerts = (json: unknown) =>
  given(quickAround(json)) ?? AroundAlertsSchema.safeParse(json);

const given = <T>(data: T | undefined): z.ZodSafeParseSuccess<T> | undefined =>
  data === undefined ? undefined : { success: true, data };

type Fields = Readonly<Record<string, unknown>>;

const wrappingFields = new Set(['farmhand', 'id', 'source', 'time', 'tier', 'type', 'data']);

/** Without a nonce. */
export const quickWrapping = (json: Fields): Wrapping | undefined => {
  for (const name in json) if (!wrappingFields.has(name)) return undefined;
  const { farmhand, id, source, time, tier, type, data } = json;
  if ((farmhand !== 1 && farmhand !== '1') || data === undefined) return undefined;
  if (!isText(id, 1024) || !isText(source, 1024) || !isText(type, Number.POSITIVE_INFINITY)) return undefined;
  if (typeof time !== 'string' || !isTime(time)) return undefined;
  if (tier === undefined) return { farmhand, id, source, time, type, data };
  return isText(tier, 250) ? { farmhand, id, source, time, tier, type, data } : undefined;
};

export const quickAlert = (json: unknown): AlertmanagerAlert | undefined => {
  if (!isObject(json)) return undefined;
  const { status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint } = json;
  if (status !== 'firing' && status !== 'resolved') return undefined;
  if (!isTexts(labels) || (annotations !== undefined && !isTexts(annotations))) return undefined;
  if (!isMaybeText(generatorURL) || !isMaybeText(fingerprint)) return undefined;
  const { externalURL, dashboardURL } = json;
  if (!isMaybeText(externalURL) || !isMaybeText(dashboardURL)) return undefined;
  return {
    status,
    labels,
    annotations: annotations ?? {},
    startsAt,
    endsAt,
    generatorURL,
    fingerprint,
    externalURL,
    dashboardURL,
  };
};

export const quickAround = (json: unknown): AroundAlerts | undefined => {
  if (!isObject(json)) return undefined;
  const { version, externalURL, groupKey, truncatedAlerts, alerts } = json;
  if (version !== undefined && version !== '4' && version !== '1') return undefined;
  if (!isMaybeText(externalURL) || !isMaybeText(groupKey)) return undefined;
  if (truncatedAlerts !== undefined && !isCount(truncatedAlerts)) return undefined;
  if (!Array.isArray(alerts) || alerts.length > maxAlerts) return undefined;
  return { version, externalURL, groupKey, truncatedAlerts, alerts };
};

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;

const isMaybeText = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** A field `__proto__` is left to the schema, which leaves it out. */
const isTexts = (value: unknown): value is Readonly<Record<string, string>> & Record<string, string> => {
  if (!isObject(value)) return false;
  for (const name in value) if (typeof value[name] !== 'string' || name === '__proto__') return false;
  return true;
};
