import type { ArgoApplication } from './application.ts';
import { isActive } from './cron.ts';
import { matchesGlob } from './glob.ts';
import { flag, list, text, texts } from './untyped.ts';

/** A window of an AppProject (`spec.syncWindows`). */
export interface SyncWindow {
  readonly kind: string;
  readonly schedule: string;
  readonly duration: string;
  readonly timeZone: string;
  readonly applications: readonly string[];
  readonly namespaces: readonly string[];
  readonly clusters: readonly string[];
  readonly useAnd: boolean;
}

/** Total: the windows of a project of any shape. */
export const readWindows = (raw: unknown): readonly SyncWindow[] =>
  list(raw, 'spec', 'syncWindows').map((each) => ({
    kind: text(each, 'kind'),
    schedule: text(each, 'schedule'),
    duration: text(each, 'duration'),
    timeZone: text(each, 'timeZone'),
    applications: texts(each, 'applications'),
    namespaces: texts(each, 'namespaces'),
    clusters: texts(each, 'clusters'),
    useAnd: flag(each, 'andOperator'),
  }));

/** Why an Application may not be synced by itself now; undefined: it may, or that cannot be told. */
export const windowInTheWay = (
  windows: readonly SyncWindow[],
  name: string,
  { destination }: Pick<ArgoApplication, 'destination'>,
  now: number,
): string | undefined => {
  const own = windows.filter((window) => matches(window, name, destination));
  const open = (window: SyncWindow): boolean | undefined =>
    isActive(window.schedule, window.duration, window.timeZone, now);
  const denies = own.find((window) => window.kind === 'deny' && open(window) === true);
  if (denies) return `deny, ${wordsOf(denies)}`;
  const allows = own.filter(({ kind }) => kind === 'allow');
  if (allows.length === 0 || allows.some((window) => open(window) !== false)) return undefined;
  return `outside of ${allows.map((window) => `allow, ${wordsOf(window)}`).join('; ')}`;
};

const wordsOf = ({ schedule, duration, timeZone }: SyncWindow): string =>
  `"${schedule}" for ${duration}${timeZone === '' ? '' : ` (${timeZone})`}`;

const matches = (
  window: SyncWindow,
  application: string,
  { server, name, namespace }: ArgoApplication['destination'],
): boolean => {
  const parts = [
    { globs: window.applications, values: [application] },
    { globs: window.clusters, values: [server, name] },
    { globs: window.namespaces, values: [namespace] },
  ].filter(({ globs }) => globs.length > 0);
  const hits = parts.map(({ globs, values }) =>
    globs.some((glob) => values.some((value) => value !== '' && matchesGlob(glob, value))),
  );
  return window.useAnd ? hits.length > 0 && hits.every(Boolean) : hits.some(Boolean);
};
