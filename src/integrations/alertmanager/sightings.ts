import type { Sighting } from '../../alerts/evolve/after-reading.ts';
import type { Alert, AlertId } from '../../alerts/model/alert.ts';
import type { SightingPort } from '../../alerts/sweep.ts';
import { formatDuration } from '../../core/duration.ts';
import { type ApiDeps, listAlerts, readStatus } from './api.ts';
import { type AlertmanagerConfig, choose, names } from './choose.ts';
import { labelKey, matcherQuery, recordedKey } from './same-alert.ts';
import type { AlertmanagerStatus } from './schema.ts';

export interface SightingDeps extends ApiDeps {
  readonly now: () => number;
}

/** Alertmanager's own default `repeat_interval`; ms. */
const defaultRepeat = 4 * 3_600_000;
const leastRepeat = 60_000;
/** One that has only just started lists nothing until it was told everything again; ms. */
const upAtLeast = 600_000;
/** Different questions to one member in one look; what is left has its turn in the next. */
const mostQueries = 20;
/** One look may have met the same lagging member behind a common address. */
const leastLooks = 2;
const mostLooks = 12;

/** Looks for alerts in the lists of the configured Alertmanagers. Only reads, and claims nothing that it did not see. */
export const createSightings = (
  configs: () => readonly AlertmanagerConfig[],
  deps: SightingDeps,
): SightingPort => {
  /** Which Alertmanager was once seen to list alerts that came from this URL. */
  const proven = new Set<string>();
  const chosen = ({ links, cluster }: Alert) =>
    choose(configs(), {
      ...(links.alertmanager !== undefined && { alertmanager: links.alertmanager }),
      ...(cluster !== undefined && { cluster }),
    });

  return {
    repeatOf: (alert) => {
      const choice = chosen(alert);
      if (!choice?.sure) return undefined;
      return Math.max(leastRepeat, choice.config.repeat_interval ?? defaultRepeat);
    },
    look: async (alerts, witnesses) => {
      const found = new Map<AlertId, Sighting>();
      const groups = Map.groupBy(alerts, (alert) => chosen(alert)?.config);
      for (const [config, group] of groups) {
        if (!config) continue;
        const own = witnesses.filter((witness) => chosen(witness)?.config === config);
        for (const [id, sighting] of await lookAt(deps, config, group, own, proven)) found.set(id, sighting);
      }
      return found;
    },
  };
};

type Listed = ReadonlyMap<string, { readonly quiet: boolean }>;

const lookAt = async (
  deps: SightingDeps,
  config: AlertmanagerConfig,
  alerts: readonly Alert[],
  witnesses: readonly Alert[],
  proven: Set<string>,
): Promise<ReadonlyMap<AlertId, Sighting>> => {
  const queries = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const query = queryOf(alert);
    if (queries.has(query) || queries.size < mostQueries)
      queries.set(query, [...(queries.get(query) ?? []), alert]);
  }
  const asked = [...queries.values()].flat();
  const unsaid = (why: string): ReadonlyMap<AlertId, Sighting> =>
    new Map(asked.map(({ id }) => [id, { kind: 'unknown', alertmanager: config.name, why }]));

  const needed = new Set([...queries.keys(), ...witnesses.map(queryOf)]);
  const members = await Promise.all(
    [config.url, ...(config.peers ?? [])].map((base) => readMember(deps, config, base, needed)),
  );
  const failed = members.find((member) => !member.ok);
  if (failed && !failed.ok) return unsaid(failed.why);
  const lists = members.flatMap((member) => (member.ok ? [member] : []));
  const find = (alert: Alert) => lists.map(({ listed }) => listed.get(labelKey(alert.labels))).find(Boolean);

  for (const alert of [...witnesses, ...asked]) {
    if (find(alert)) proven.add(originOf(config, alert));
  }
  const looks = looksNeeded(
    config,
    lists.map(({ status }) => status),
  );
  return new Map(
    asked.map((alert): [AlertId, Sighting] => {
      const listed = find(alert);
      if (listed) return [alert.id, { kind: 'listed', quiet: listed.quiet }];
      const why = doubt(config, alert, witnesses, proven);
      if (why !== undefined) return [alert.id, { kind: 'unknown', alertmanager: config.name, why }];
      return [alert.id, { kind: 'absent', alertmanager: config.name, looks }];
    }),
  );
};

const originOf = ({ name }: AlertmanagerConfig, { links }: Alert): string =>
  `${name} ${links.alertmanager ?? ''}`;

/** Why it says nothing that this list lacks the alert; undefined when it does say that. */
const doubt = (
  config: AlertmanagerConfig,
  alert: Alert,
  witnesses: readonly Alert[],
  proven: ReadonlySet<string>,
): string | undefined => {
  const origin = originOf(config, alert);
  if (proven.has(origin)) return undefined;
  // Heard of just now, and not listed either: it is another one's list, or labels are changed on the way here.
  if (witnesses.some((witness) => originOf(config, witness) === origin)) return unproven(config, alert);
  return names(config, alert.links.alertmanager) ? undefined : unproven(config, alert);
};

const unproven = ({ name, url }: AlertmanagerConfig, { links }: Alert): string =>
  `none of the alerts that come from ${links.alertmanager ?? 'an Alertmanager without an externalURL'} is listed at ${url}: if they are its own, set external_url of ${name} in farmhand.yml to that address, and see that nothing changes labels on the way to farmhand`;

/** All alerts of a name at once; what has no plain name by what else is plain. */
const queryOf = ({ labels }: Alert): string => {
  const { alertname } = labels;
  const byName = alertname === undefined ? '' : matcherQuery({ alertname });
  return byName === '' ? matcherQuery(labels) : byName;
};

type Member =
  | { readonly ok: true; readonly status: AlertmanagerStatus; readonly listed: Listed }
  | { readonly ok: false; readonly why: string };

const readMember = async (
  deps: SightingDeps,
  config: AlertmanagerConfig,
  base: string,
  queries: ReadonlySet<string>,
): Promise<Member> => {
  const status = await readStatus(deps, config, base);
  if (!status.ok) return { ok: false, why: `${base}: ${status.error}` };
  const up = deps.now() - Date.parse(status.value.uptime);
  if (up < upAtLeast) {
    return {
      ok: false,
      why: `${base} was started less than ${formatDuration(upAtLeast)} ago and may not have been told everything again`,
    };
  }
  const listed = new Map<string, { quiet: boolean }>();
  for (const query of queries) {
    const found = await listAlerts(deps, config, query, base);
    if (!found.ok) return { ok: false, why: `${base}: ${found.error}` };
    for (const { labels, status: state } of found.value) {
      // Older ones name no rule that mutes, and an answer may lack the lists: the state says the same.
      const named = [state.silencedBy, state.inhibitedBy, state.mutedBy].some((by) => (by ?? []).length > 0);
      const held = named || state.state === 'suppressed';
      const key = recordedKey(labels);
      listed.set(key, { quiet: held && (listed.get(key)?.quiet ?? true) });
    }
  }
  return { ok: true, status: status.value, listed };
};

/** Members of its cluster that are not asked by name may answer behind the one address: then it is asked more often. */
const looksNeeded = ({ peers = [] }: AlertmanagerConfig, statuses: readonly AlertmanagerStatus[]): number => {
  const members = Math.max(...statuses.map(({ cluster }) => cluster?.peers?.length ?? 0));
  return members <= 1 + peers.length ? leastLooks : Math.min(mostLooks, leastLooks * members);
};
