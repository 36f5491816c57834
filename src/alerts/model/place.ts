import type { Building } from '../../core/json.ts';
import { remembering } from '../../core/text.ts';
import type { Alert } from './alert.ts';
import type { AlertEvent } from './event.ts';

/** Knows the clusters that the config gives to Alertmanagers, by their external URL. */
export type ClusterOf = (externalURL: string) => string | undefined;

/** Nothing is mapped. */
export const noClusters: ClusterOf = () => undefined;

/** `host:port/path` of a URL, lower case, without the parts that say nothing of where it leads. */
export const addressOf = remembering((url: string): string => {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname.replace(/\/+$/, '')}`;
  } catch {
    return url.trim().toLowerCase().replace(/\/+$/, '');
  }
}, 1_000);

/** `alertmanager-0`, `am2`, `am-b`, and the pods of a StatefulSet, `alertmanager-main-1`. */
const replica =
  /^((?:[a-z0-9-]+-)?(?:alertmanager|am))(?:-?\d{1,2}|-[a-c])$|^(alertmanager-[a-z0-9-]*[a-z0-9])-\d{1,2}$/;

/**
 * What the replicas of one Alertmanager have in common: its address, without the number of the replica. For those
 * that the config does not map; two addresses that differ in more than that count as two places.
 */
export const placeOf = remembering((externalURL: string): string => {
  const address = addressOf(externalURL);
  const end = address.search(/[.:/]/);
  const first = end < 0 ? address : address.slice(0, end);
  const named = replica.exec(first);
  return named ? `${named[1] ?? named[2]}${address.slice(first.length)}` : address;
}, 1_000);

/** Where an event goes: the series, and perhaps a second one that it ends as well. */
export interface SeriesChoice {
  readonly fingerprint: string;
  readonly also?: string;
  /** It only ends what is another's on record. */
  readonly foreign?: true;
  /** Another Alertmanager says the very same, and nothing says whether the two are one: its external URL. */
  readonly twin?: string;
}

/**
 * Which series an event belongs to, by what is on record. An event of a known cluster has a series of its own. One of
 * an Alertmanager or source that the config gives no cluster has the plain one, unless another place has that already:
 * then it has its own. Whatever of the same place is on record from before goes on there, with its thread.
 */
export const seriesOf = (
  event: AlertEvent,
  live: (fingerprint: string) => Alert | undefined,
  clusterOf: ClusterOf,
): SeriesChoice => {
  const { fingerprint, place, plain = fingerprint } = event;
  const own = [...(fingerprint === plain ? [] : [fingerprint]), ...(place === undefined ? [] : [place])];
  const [first] = own;
  if (first === undefined) return { fingerprint };
  const common = live(plain);
  const ours = common !== undefined && isOf(common, event, clusterOf);
  const known = own.find((series) => live(series) !== undefined);
  if (known !== undefined) {
    // A farmhand of before, still running beside this one, opened it a second time: the end counts for both.
    const twice = ours && common.status === 'firing' && event.status === 'resolved';
    return { fingerprint: known, ...(twice && { also: plain }), ...(!ours && twinOf(common, event)) };
  }
  if (ours) return { fingerprint: plain };
  if (common !== undefined && endsIt(common, event)) return { fingerprint: plain, foreign: true };
  return { fingerprint: common === undefined ? fingerprint : first, ...twinOf(common, event) };
};

/** Two clusters hardly ever see the same alert begin in the same millisecond. */
const twinOf = (common: Alert | undefined, event: AlertEvent): Pick<SeriesChoice, 'twin'> => {
  const twin = common?.links.alertmanager;
  const unsaid = event.cluster === undefined && common?.cluster === undefined;
  const same =
    event.startUnknown !== true && event.status === 'firing' && common?.startsAt === event.startsAt;
  return unsaid && same && twin !== undefined && event.links.alertmanager !== undefined ? { twin } : {};
};

const isOf = (old: Alert, event: AlertEvent, clusterOf: ClusterOf): boolean => {
  const from = old.links.alertmanager;
  const mapped = from === undefined ? undefined : clusterOf(from);
  if (old.series !== undefined) {
    if (old.series === event.fingerprint || old.series === event.place) return true;
    return old.cluster === undefined && mapped !== undefined && mapped === event.cluster;
  }
  if (wrappedBy(old) !== wrappedBy(event)) return false;
  if (mapped !== undefined && event.cluster !== undefined) return mapped === event.cluster;
  const now = event.links.alertmanager;
  // Where nothing tells where it came from, whoever comes first has it.
  return from === undefined || now === undefined || placeOf(from) === placeOf(now);
};

/**
 * The end of the very firing that is on record, from a place of which no firing is: the other half of a pair whose
 * addresses do not show that they are one.
 */
const endsIt = (old: Alert, event: AlertEvent): boolean =>
  event.cluster === undefined &&
  event.status === 'resolved' &&
  old.status === 'firing' &&
  old.startsAt === event.startsAt;

/** The source that an envelope gave; a bare webhook has the Alertmanager's URL there, or a word for none. */
const wrappedBy = ({ source, links }: Pick<Alert, 'source' | 'links'>): string | undefined =>
  source === links.alertmanager?.slice(0, source.length) || source === 'alertmanager' || source === 'unknown'
    ? undefined
    : source;

/** The record says where it belongs: its cluster, and the series it stands for. Unchanged when it did before. */
export const placed = (alert: Alert, event: AlertEvent): Alert => {
  const { cluster, fingerprint, place, plain = fingerprint } = event;
  const series = alert.fingerprint !== plain ? undefined : plain === fingerprint ? place : fingerprint;
  const known = alert.fingerprint === plain ? undefined : plain;
  if (alert.cluster === cluster && alert.series === series && alert.plain === known) return alert;
  const next: Building<Alert> = { ...withoutPlace(alert) };
  if (cluster !== undefined) next.cluster = cluster;
  if (series !== undefined) next.series = series;
  if (known !== undefined) next.plain = known;
  return next;
};

/** A new alert has none yet, and is not copied for that. */
const withoutPlace = (alert: Alert): Alert => {
  if (alert.cluster === undefined && alert.series === undefined && alert.plain === undefined) return alert;
  const { cluster: _, series: __, plain: ___, ...rest } = alert;
  return rest;
};
