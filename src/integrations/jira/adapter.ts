import type { Http } from '../http-client/call.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { createCloudApi } from './cloud/cloud-api.ts';
import { createDataCenterApi } from './data-center/data-center-api.ts';

/** The adapter for the kind of Jira that the config names. */
export const createJiraApi = (config: JiraConfig, http: Http, now: () => number): JiraApi => {
  switch (config.kind) {
    case 'cloud':
      return createCloudApi(config, http, now);
    case 'data_center':
      return createDataCenterApi(config, http, now);
    default:
      return config.kind satisfies never;
  }
};
