/** What the environment says, besides the secrets that the file refers to. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface EnvironmentSetting {
  readonly variable: string;
  readonly path: readonly [section: string, key: string];
  /** Whether it wins over the file; if not, it only fills what the file leaves out. */
  readonly wins: boolean;
  /** Whether it makes its section where the file has none. */
  readonly opens: boolean;
  readonly read: (text: string, variable: string) => unknown;
  readonly description: string;
}

const asSecret = (_: string, variable: string) => ({ env: variable });

/** The few settings that the environment may give; everything else is in the file. */
export const environmentSettings: readonly EnvironmentSetting[] = [
  {
    variable: 'LOG_LEVEL',
    path: ['log', 'level'],
    wins: true,
    opens: true,
    read: (text) => text.toLowerCase(),
    description: 'Overrides log.level: debug, info, warn or error',
  },
  {
    variable: 'REDIS_URL',
    path: ['redis', 'url'],
    wins: true,
    opens: true,
    read: asSecret,
    description: 'Overrides redis.url; may hold a password',
  },
  {
    variable: 'KAFKA_BROKERS',
    path: ['kafka', 'brokers'],
    wins: true,
    opens: false,
    read: (text) => text.split(',').map((broker) => broker.trim()),
    description: 'Overrides kafka.brokers (where there is a kafka section): host:port,host:port',
  },
  {
    variable: 'FARMHAND_INSTALLATION',
    path: ['installation', 'name'],
    wins: false,
    opens: true,
    read: (text) => text,
    description:
      'Names the installation, unless installation.name says otherwise; the chart sets namespace/release',
  },
  {
    variable: 'FARMHAND_EVENTS_TOKEN',
    path: ['http', 'events_token'],
    wins: false,
    opens: true,
    read: asSecret,
    description: 'Turns on POST /v1/events with this bearer token, unless http.events_token says otherwise',
  },
  {
    variable: 'FARMHAND_API_TOKEN',
    path: ['http', 'api_token'],
    wins: false,
    opens: true,
    read: asSecret,
    description: 'Turns on the read API with this bearer token, unless http.api_token says otherwise',
  },
  {
    variable: 'FARMHAND_AUDIT_TOKEN',
    path: ['http', 'audit_token'],
    wins: false,
    opens: true,
    read: asSecret,
    description: 'Turns on GET /v1/audit with this bearer token, unless http.audit_token says otherwise',
  },
];

/** `data` with what the environment gives laid over it, and which setting came from which variable. */
export const applyEnvironment = (
  data: unknown,
  env: Environment,
): { readonly data: unknown; readonly from: ReadonlyMap<string, string> } => {
  const from = new Map<string, string>();
  if (!isGroup(data)) return { data, from };
  const result: Record<string, unknown> = { ...data };
  for (const { variable, path, wins, opens, read } of environmentSettings) {
    const text = env[variable]?.trim();
    const [section, key] = path;
    const present = result[section] ?? undefined;
    if (text === undefined || text === '' || (present === undefined ? !opens : !isGroup(present))) continue;
    const group = isGroup(present) ? present : {};
    if (!wins && group[key] !== undefined) continue;
    result[section] = { ...group, [key]: read(text, variable) };
    from.set(`${section}.${key}`, variable);
  }
  return { data: result, from };
};

/** `data` with the secret that its `slack.mode` needs looked for where it usually is. */
export const withSecretOfMode = (data: unknown): unknown => {
  if (!isGroup(data) || !isGroup(data['slack'])) return data;
  const { slack } = data;
  const [key, env] =
    slack['mode'] === 'http' ? ['signing_secret', 'SLACK_SIGNING_SECRET'] : ['app_token', 'SLACK_APP_TOKEN'];
  return slack[key] === undefined ? { ...data, slack: { ...slack, [key]: { env } } } : data;
};

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
