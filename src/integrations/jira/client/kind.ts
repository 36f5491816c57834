import type { JiraConfig } from './jira-api.ts';

export type JiraKind = JiraConfig['kind'];

/** As people call it. */
export const kindName: Readonly<Record<JiraKind, string>> = {
  cloud: 'Jira Cloud',
  data_center: 'Jira Data Center',
};

/** The keys of the config that log in to it. */
export const loginKeys: Readonly<Record<JiraKind, string>> = {
  cloud: 'jira.email and jira.api_token',
  data_center: 'jira.personal_access_token',
};
