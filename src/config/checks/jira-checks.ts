import { isObject } from '../../core/json.ts';
import type { ConfigFinding } from './issues.ts';
import { isPresent, type RawGroup } from './raw.ts';

/** How farmhand logs in to each kind of Jira: by the token that only this kind knows, from this variable unless the file says otherwise. */
const tokens = {
  cloud: { key: 'api_token', variable: 'JIRA_API_TOKEN' },
  data_center: { key: 'personal_access_token', variable: 'JIRA_PERSONAL_ACCESS_TOKEN' },
} as const;
const kindOf = (jira: RawGroup): keyof typeof tokens =>
  jira['kind'] === 'data_center' ? 'data_center' : 'cloud';

/** `data` with the reference to the token of its kind of Jira where the file leaves it out. */
export const withJiraToken = (data: unknown): unknown => {
  const jira = isObject(data) ? data['jira'] : undefined;
  if (!isObject(data) || !isObject(jira)) return data;
  const { key, variable } = tokens[kindOf(jira)];
  return isPresent(jira[key]) ? data : { ...data, jira: { ...jira, [key]: { env: variable } } };
};

/** Whether the login is the one that the kind of Jira takes. */
export const jiraChecks = (root: RawGroup): ConfigFinding[] => {
  const jira = root['jira'];
  if (!isObject(jira)) return [];
  const foreign = (key: string, message: string): ConfigFinding[] =>
    isPresent(jira[key]) ? [{ path: ['jira', key], message }] : [];
  const task = jira['review_task'];
  const elsewhere: ConfigFinding[] =
    isObject(task) && task['as'] === 'sub_task' && isPresent(task['project'])
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
  jira: RawGroup,
  foreign: (key: string, message: string) => ConfigFinding[],
): ConfigFinding[] => {
  if (kindOf(jira) === 'cloud') {
    const message =
      'is missing: Jira Cloud takes an API token together with the e-mail of its account. For a Jira of your own (Data Center) write kind: data_center';
    return [
      ...(isPresent(jira['email']) ? [] : [{ path: ['jira', 'email'], message }]),
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
