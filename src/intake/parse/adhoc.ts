import type { Severity } from '../../core/severity.ts';
import type { Adhoc, Dcr } from '../wire/envelope.ts';
import { cleanName, cleanText } from '../wire/text.ts';
import type { EventMetadata } from '../wire/unwrapped-event.ts';
import { fingerprintOf } from './identity.ts';
import {
  annotationLimits,
  labelLimits,
  labelSet,
  nameLength,
  type ParsedAlert,
  severityOf,
  summaryLength,
} from './parsed-alert.ts';

/** An ad-hoc event. Those of one source and key are one alert; without a key each is its own. */
export const parseAdhoc = (
  data: Adhoc,
  origin: EventMetadata,
  fallbackId: () => string,
  tierLabel: string,
): ParsedAlert => {
  const notes: string[] = [];
  const source = origin.source ?? '';
  const name = cleanName(data.title, nameLength) || 'event without a title';
  return {
    ...common(data, tierLabel),
    fingerprint:
      data.key === undefined
        ? fingerprintOf('adhoc', source, 'id', origin.id ?? fallbackId())
        : fingerprintOf('adhoc', source, 'key', data.key),
    name,
    summary: cleanText(data.text || name, summaryLength),
    labels: labelSet(data.labels, labelLimits, notes),
    annotations: withText(labelSet(data.annotations, annotationLimits, notes), data.text),
    links: links(data.links),
    notes,
  };
};

/** News of a rebuild. One source, instance and kind of event are one alert. */
export const parseDcrEvent = (data: Dcr, origin: EventMetadata, tierLabel: string): ParsedAlert => {
  const notes: string[] = [];
  const { instance, tenant, rebuild, step } = data;
  const name = cleanName(data.event, nameLength) || 'event without a name';
  const about = {
    instance,
    ...(tenant !== undefined && { tenant }),
    ...(rebuild !== undefined && { rebuild }),
    ...(step !== undefined && { step }),
  };
  return {
    ...common(data, tierLabel),
    fingerprint: fingerprintOf('dcr', origin.source ?? '', instance, data.event),
    name,
    summary: cleanText(data.text || `${name} on ${cleanName(instance, nameLength)}`, summaryLength),
    labels: labelSet({ ...about, ...data.labels, ...about }, labelLimits, notes),
    annotations: withText({}, data.text),
    links: {},
    notes,
  };
};

const common = (data: Adhoc | Dcr, tierLabel: string): Pick<ParsedAlert, 'status' | 'severity' | 'tier'> => {
  const tier = Object.hasOwn(data.labels, tierLabel) ? data.labels[tierLabel] : undefined;
  return { status: data.status, severity: severity(data), ...(tier !== undefined && { tier }) };
};

const severity = (data: Adhoc | Dcr): Severity =>
  data.severity ?? (Object.hasOwn(data.labels, 'severity') ? severityOf(data.labels['severity']) : 'info');

/** The whole text is kept where a summary holds only its beginning. */
const withText = (annotations: Record<string, string>, text: string | undefined): Record<string, string> => {
  if (text !== undefined && text.length > summaryLength && annotations['description'] === undefined) {
    annotations['description'] = cleanText(text, annotationLimits.value);
  }
  return annotations;
};

const links = (given: Adhoc['links']): ParsedAlert['links'] => ({
  ...(given.generator !== undefined && { generator: given.generator }),
  ...(given.runbook !== undefined && { runbook: given.runbook }),
  ...(given.dashboard !== undefined && { dashboard: given.dashboard }),
});
