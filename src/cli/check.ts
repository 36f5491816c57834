import { redisPlace } from '../app/records/redis-address.ts';
import { accessWarnings } from '../config/checks/access-warnings.ts';
import { readConfig } from '../config/load.ts';
import { sharedDefaultsWarning } from '../config/own-names.ts';
import type { Config } from '../config/schema/schema.ts';
import { kindName } from '../integrations/jira/client/kind.ts';
import { describeAction } from '../routes/actions.ts';
import { formatMatcher, parseMatchers } from '../routes/matchers.ts';
import { defaultRoute } from '../routes/table.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import { columns, type Terminal } from './terminal/terminal.ts';

/** Checks a config file: prints what was understood. @throws ConfigError with every problem */
export const runCheck = (
  file: string,
  options: { readonly secrets: boolean },
  terminal: Terminal,
): ExitCode => {
  const { config, fromEnvironment, sharedDefaults } = readConfig({
    file,
    env: terminal.env,
    readFile: terminal.readFile,
    withoutSecrets: !options.secrets,
  });
  const { out, style } = terminal;
  out(
    `${style('green', '✓')} ${style('bold', file)} is valid${options.secrets ? '' : '; secrets were not looked up'}.`,
  );
  out('');
  out(columns(summary(config), (label) => style('dim', label)));
  out('');
  out(style('bold', 'Routes, first match wins'));
  out(columns(routes(config), (label) => label));
  const shared = sharedDefaultsWarning(sharedDefaults) ?? [];
  for (const warning of [...accessWarnings(config), shared].flat())
    out(`\n${style('yellow', '!')} ${warning}`);
  if (fromEnvironment.size > 0) {
    const list = [...fromEnvironment].map(([key, variable]) => `${key} (${variable})`).join(', ');
    out(`\nFrom the environment: ${list}`);
  }
  return exitCodes.ok;
};

const summary = (config: Config): (readonly [string, string])[] => {
  const { kafka, http, slack, redis, jira, alertmanagers, sre_api, pagers, rebuilds, access, policy } =
    config;
  const port = `${http.host}:${http.port}`;
  return [
    ...(kafka
      ? [
          ['Kafka', `${kafka.brokers.join(', ')}; group ${kafka.group_id}`] as const,
          ...kafka.topics.map((t) => ['', `topic ${t.name}${t.tier ? ` (tier ${t.tier})` : ''}`] as const),
          ['', `what cannot be read goes to ${kafka.dead_letter_topic}`] as const,
        ]
      : [['Kafka', 'off: there is no kafka section'] as const]),
    ['HTTP', `${port}; probes and metrics`],
    ['', `POST /v1/events ${http.events_token ? 'on' : 'off: there is no http.events_token'}`],
    ['', `read API ${http.api_token ? 'on' : 'off: there is no http.api_token'}`],
    ['', `GET /v1/audit ${http.audit_token ? 'on' : 'off: there is no http.audit_token'}`],
    [
      'Redis',
      `${redisPlace(redis)}; keys ${redis.prefix}:…${redis.durability === 'none' ? '; MAY LOSE RECORDS' : ''}`,
    ],
    ['Slack', `${slack.api_url}; default channel ${slack.default_channel}`],
    ...(slack.fallback_channel ? [['', `fallback channel ${slack.fallback_channel}`] as const] : []),
    ['Jira', jira ? `${jira.host} (${kindName[jira.kind]}); project ${jira.project}` : 'off: no tickets'],
    ['silences', alertmanagers.map((a) => `${a.name} (${a.url})`).join(', ') || 'off: no alertmanagers'],
    ['pagers', pagers.map((one) => one.name).join(', ') || 'off: no pager actions'],
    ['SRE API', sre_api ? sre_api.url : 'off: no api_task actions'],
    ...(rebuilds
      ? [
          ['Rebuilds', `threads in ${rebuilds.channel}; ${rebuilds.in_flight} in flight at most`] as const,
          ['', `clusters ${rebuilds.clusters.map(({ name }) => name).join(', ')}`] as const,
          ['', `instances in ${rebuilds.repository.repo}/${rebuilds.repository.path}`] as const,
        ]
      : [['Rebuilds', 'off: there is no rebuilds section, and no /dcr'] as const]),
    ...(access?.roles ?? []).map(
      ({ name, verbs, instances, environments }, i) =>
        [
          i === 0 ? 'Roles' : '',
          `${name} may ${verbs.join(', ')} on ${instances.join(', ')}${environments.includes('*') ? '' : ` in ${environments.join(', ')}`}`,
        ] as const,
    ),
    ...Object.entries(access?.environments ?? {}).map(
      ([name, { instances }], i) =>
        [i === 0 ? 'Environments' : '', `${name}: ${instances.join(', ')}`] as const,
    ),
    ...policy.flatMap(({ name, approvers_channel }) =>
      approvers_channel === undefined
        ? []
        : [['Approvers', `${name}: asked in ${approvers_channel}; invite farmhand there`] as const],
    ),
  ];
};

const routes = (config: Config): (readonly [string, string])[] => [
  ...config.routes.map((route, i): readonly [string, string] => {
    const types = route.type === undefined ? [] : [`type ${[route.type].flat().join(' or ')}`];
    const conditions = [...types, ...route.match.flatMap(matchersOf)].join(', ') || 'every event';
    const actions = route.actions.map(describeAction).join(', then ');
    return [
      `  ${i + 1}. ${route.name}`,
      `${conditions} → ${route.channel ?? config.slack.default_channel}: ${actions}`,
    ];
  }),
  [`  –  ${defaultRoute}`, `everything else → ${config.slack.default_channel}: thread`],
];

const matchersOf = (text: string): readonly string[] => {
  const parsed = parseMatchers(text);
  return parsed.ok ? parsed.matchers.map(formatMatcher) : [];
};
