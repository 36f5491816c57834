import type { Http } from '../http-client/call.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { createCloudApi } from './cloud/cloud-api.ts';

/** The adapter for the kind of Jira that the config names. */
export const createJiraApi = (config: JiraConfig, http: Http, now: () => number): JiraApi =>
  createCloudApi(config, http, now);
