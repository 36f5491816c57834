import type { z } from 'zod';
import type { Problem } from '../../core/errors.ts';
import { AdhocSchema, DcrSchema } from '../wire/envelope.ts';
import { readAlertmanagerAlert, readAroundAlerts } from '../wire/quick.ts';
import { joinPath, problemsOf } from '../wire/refusal.ts';
import type { UnwrappedEvent } from '../wire/unwrapped-event.ts';
import { parseAdhoc, parseDcrEvent } from './adhoc.ts';
import { parseAlertmanagerAlert } from './alertmanager.ts';
import type { ParsedAlert } from './parsed-alert.ts';

/** What the data of an event says, and what of it could not be read. */
export interface ParsedAlerts {
  /** `index` is the place of the alert in the data. */
  readonly parsed: readonly { readonly alert: ParsedAlert; readonly index: number }[];
  /** True for a body that may carry several, even when it carried one. */
  readonly split: boolean;
  readonly problems: readonly Problem[];
  /** Where there are problems: the data without what could be read, the rest in its place. */
  readonly left?: unknown;
  /** What could not be read, and nothing that lies beside it. */
  readonly bad?: readonly unknown[];
  /** Place of the first that could not be read. */
  readonly firstBad?: number;
}

/** The data of an event by the schema of its type. `fallbackId` stands for an event that was given no id. */
export const parseAlerts = (
  unwrapped: UnwrappedEvent,
  fallbackId: () => string,
  tierLabel: string,
): ParsedAlerts => {
  const { data, path, origin } = unwrapped;
  switch (unwrapped.type) {
    case 'adhoc':
      return single(
        (it) => AdhocSchema.safeParse(it),
        data,
        path,
        (adhoc) => parseAdhoc(adhoc, origin, fallbackId, tierLabel),
      );
    case 'dcr':
      return single(
        (it) => DcrSchema.safeParse(it),
        data,
        path,
        (dcr) => parseDcrEvent(dcr, origin, tierLabel),
      );
    case 'alertmanager':
      if (Array.isArray(data)) return webhook({ alerts: data }, path, '', tierLabel, (alerts) => alerts);
      return isWebhook(data)
        ? webhook(data, path, 'alerts', tierLabel, (alerts) => ({ ...data, alerts }))
        : single(readAlertmanagerAlert, data, path, (alert) => parseAlertmanagerAlert(alert, {}, tierLabel));
  }
};

const single = <T>(
  readData: (data: unknown) => z.ZodSafeParseResult<T>,
  data: unknown,
  path: string,
  alertOf: (data: T) => ParsedAlert,
): ParsedAlerts => {
  const read = readData(data);
  return read.success
    ? { parsed: [{ alert: alertOf(read.data), index: 0 }], split: false, problems: [] }
    : { parsed: [], split: false, problems: problemsOf(read.error, path), left: data, bad: [data] };
};

/** Alert by alert: one that cannot be read costs no other. An alert that is null is none. */
const webhook = (
  data: unknown,
  path: string,
  key: string,
  tierLabel: string,
  withAlerts: (alerts: readonly unknown[]) => unknown,
): ParsedAlerts => {
  const around = readAroundAlerts(data);
  if (!around.success) return nothingOf(data, problemsOf(around.error, path));
  const found: ParsedAlerts['parsed'][number][] = [];
  const problems: Problem[] = [];
  const left: unknown[] = [];
  for (const [index, alert] of around.data.alerts.entries()) {
    const read = alert === null ? undefined : readAlertmanagerAlert(alert);
    if (read?.success)
      found.push({ alert: parseAlertmanagerAlert(read.data, around.data, tierLabel), index });
    if (read?.error) problems.push(...problemsOf(read.error, joinPath(joinPath(path, key), String(index))));
    left.push(read?.error ? alert : null);
  }
  if (problems.length === 0) return { parsed: found, split: true, problems };
  const bad = left.filter((alert) => alert !== null);
  return {
    parsed: found,
    split: true,
    problems,
    left: withAlerts(left),
    bad,
    firstBad: left.indexOf(bad[0]),
  };
};

const nothingOf = (data: unknown, problems: readonly Problem[]): ParsedAlerts => ({
  parsed: [],
  split: true,
  problems,
  left: data,
  bad: [data],
});

/** Not one alert alone. */
const isWebhook = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && ('alerts' in data || 'groupKey' in data);
