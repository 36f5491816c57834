import type { ConfigFinding } from './issues.ts';

type Group = Readonly<Record<string, unknown>>;
const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const present = (value: unknown): boolean => value !== undefined && value !== null;

/** How farmhand logs in to each kind of Jira: by the token that only this kind knows, from this variable unless the file says otherwise. */
const tokens = {
  cloud: { key: 'api_token', variable: 'JIRA_API_TOKEN' },
  data_center: { key: 'personal_access_token', variable: 'JIRA_PERSONAL_ACCESS_TOKEN' },
} as const;
const kindOf = (jira: Group): keyof typeof tokens =>
  jira['kind'] === 'data_center' ? 'data_center' : 'cloud';

/** `data` with the reference to the token of its kind of Jira where the file leaves it out. */
export const withJiraToken = (data: unknown): unknown => {
  const jira = isGroup(data) ? data['jira'] : undefined;
  if (!isGroup(data) || !isGroup(jira)) return data;
  const { key, variable } = tokens[kindOf(jira)];
  return present(jira[key]) ? data : { ...data, jira: { ...jira, [key]: { env: variable } } };
};

/** Whether the login is the one that the kind of Jira takes. */
export const jiraChecks = (root: Group): ConfigFinding[] => {
  const jira = root['jira'];
  if (!isGroup(jira)) return [];
  const foreign = (key: string, message: string): ConfigFinding[] =>
    present(jira[key]) ? [{ path: ['jira', key], message }] : [];
  const task = jira['review_task'];
  const elsewhere: ConfigFinding[] =
    isGroup(task) && task['as'] === 'sub_task' && present(task['project'])
      ? [
          {
            path: ['jira', 'review_task', 'project'],
            message: 'a sub-task is in the project of its ticket. Remove it, or write as: linked',
          },
        ]
      : [];
  return [...elsewhere, ...loginChecks(jira, foreign)];
};

const loginChecks = (
  jira: Group,
  foreign: (key: string, message: string) => ConfigFinding[],
): ConfigFinding[] => {
  if (kindOf(jira) === 'cloud') {
    const message =
      'is missing: Jira Cloud takes an API token together with the e-mail of its account. For a Jira of your own (Data Center) write kind: data_center';
    return [
      ...(present(jira['email']) ? [] : [{ path: ['jira', 'email'], message }]),
      ...foreign(
        'personal_access_token',
        'is for kind: data_center; Jira Cloud takes email and api_token. Remove it, or set the kind',
      ),
    ];
  }
  const only = 'is for Jira Cloud; a Jira Data Center takes personal_access_token alone. Remove it';
  return [
    ...foreign('email', only),
    ...foreign('api_token', only),
    ...(/^https?:\/\/[^/]*\.atlassian\.net([:/]|$)/i.test(String(jira['host'] ?? ''))
      ? [{ path: ['jira', 'host'], message: 'is a site of Jira Cloud, and kind is data_center' }]
      : []),
  ];
};
