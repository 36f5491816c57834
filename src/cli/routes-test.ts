import type { AlertEvent } from '../alerts/model/event.ts';
import { membershipOf } from '../alerts/model/membership.ts';
import type { RouteChoice } from '../alerts/model/routing.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema/schema.ts';
import { eventReasons } from '../core/reasons.ts';
import { renderTemplate, type TemplateValues } from '../core/templates.ts';
import { decodeMessage } from '../intake/parse/decode.ts';
import { clusterRules } from '../intake/parse/identity.ts';
import { actionTemplates, describeAction } from '../routes/actions.ts';
import { createRouteTable, defaultRoute } from '../routes/table.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import { columns, type Terminal } from './terminal/terminal.ts';

export interface RoutesTestOptions {
  readonly config: string;
  /** Headers the message came with, as `name=value`. */
  readonly header: Readonly<Record<string, string>>;
  /** The Kafka topic it came from: it may give the tier. */
  readonly topic?: string;
}

/** Shows where the events of a body would go, and why; changes nothing. Fails when something could not be read. */
export const runRoutesTest = async (
  input: string,
  options: RoutesTestOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { env, readFile, out, err, style } = terminal;
  const config = loadConfig({ file: options.config, env, readFile, withoutSecrets: true });
  const topic = config.kafka?.topics.find(({ name }) => name === options.topic);
  const now = terminal.now();
  const { events, rejections } = decodeMessage(
    {
      value: await terminal.readInput(input),
      // As both transports hand them over.
      headers: Object.fromEntries(
        Object.entries(options.header).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      position: { via: 'http', request: 'routes-test', index: 0 },
      receivedAt: now,
      ...(topic?.tier !== undefined && { topicTier: topic.tier }),
      ...(topic?.cluster !== undefined && { cluster: topic.cluster }),
    },
    {
      tiers: config.tiers,
      clusters: clusterRules(config),
      maxBytes: config.http.max_body_bytes,
      now,
    },
  );
  for (const { reason, detail } of rejections) {
    err(`${style('red', '✗')} cannot be read: ${eventReasons[reason].says} (${reason})`);
    err(detail.replace(/^/gm, '  '));
  }
  if (events.length === 0 && rejections.length === 0) out('Nothing to do: the body holds no alert.');
  const table = createRouteTable(config);
  for (const [i, event] of events.entries()) {
    if (i > 0) out('');
    out(heading(event, terminal));
    for (const { route, matched, why } of table.explain(event).tried) {
      out(`  ${matched ? style('green', '✓') : style('dim', '✗')} ${style('bold', route)}: ${why}`);
    }
    const choice = table.choose(event);
    out(
      columns(
        [...effects(config, choice.route, choice.channel, event), ...grouping(choice, event)],
        (label) => label,
      ),
    );
  }
  return rejections.length === 0 ? exitCodes.ok : exitCodes.failed;
};

const heading = (event: AlertEvent, { style }: Terminal): string => {
  const about = [
    event.severity,
    event.status,
    `type ${event.type}`,
    `tier ${event.tier}`,
    ...(event.cluster === undefined ? [] : [`cluster ${event.cluster}`]),
    event.source,
  ];
  return `${style('bold', event.name)}  ${about.join(' · ')}`;
};

/** With whom it would share its thread. */
const grouping = (choice: RouteChoice, event: AlertEvent): (readonly [string, string])[] => {
  const by = choice.thread ? membershipOf(event, choice)?.by : undefined;
  if (by === undefined) return [];
  const values = Object.entries(by).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [['  → one thread with all of', values.join(', ')]];
};

/** What the route would do, templates filled. Results of actions are not known yet: `‹ticket.key›` stands for one. */
const effects = (
  config: Config,
  route: string,
  channel: string,
  event: AlertEvent,
): (readonly [string, string])[] => {
  const actions =
    route === defaultRoute
      ? (['thread'] as const)
      : (config.routes.find(({ name }) => name === route)?.actions ?? []);
  return actions.flatMap((action): (readonly [string, string])[] => [
    [`  → ${describeAction(action)}`, action === 'thread' ? `in ${channel}` : ''],
    ...actionTemplates(action).map(({ path, text }): readonly [string, string] => [
      `      ${path.slice(1).join('.')}`,
      rendered(text, event),
    ]),
  ]);
};

const rendered = (text: string, event: AlertEvent): string => {
  const values: TemplateValues = {
    ...event,
    alert: { id: `${event.fingerprint}-${event.startsAt.toString(36)}` },
    thread: { permalink: '‹thread.permalink›', channel: '‹thread.channel›', ts: '‹thread.ts›' },
    ticket: { key: '‹ticket.key›', url: '‹ticket.url›' },
    api_task: { id: '‹api_task.id›' },
  };
  const result = renderTemplate(text, values);
  return 'text' in result ? result.text : text;
};
