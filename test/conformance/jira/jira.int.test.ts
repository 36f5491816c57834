import { afterAll, beforeAll, describe } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { type JiraSite, siteOf, ticketsConform } from './jira.ts';
import { evidenceConforms } from './jira-evidence.ts';

describe.each(['cloud', 'data_center'] as const)('the simulator of %s', (kind) => {
  let jira: JiraSandbox;
  beforeAll(async () => {
    jira = await startJira({ kind });
  });
  afterAll(() => jira[Symbol.asyncDispose]());
  const simulated = (): JiraSite => siteOf(jira);
  ticketsConform(simulated);
  evidenceConforms(simulated);
});

/**
 * A site of one's own: JIRA_HOST, JIRA_PROJECT and JIRA_ISSUE_TYPE; JIRA_EMAIL and JIRA_API_TOKEN for Jira Cloud, or
 * JIRA_PERSONAL_ACCESS_TOKEN for Jira Data Center. Leaves tickets.
 */
const realSite = (env: NodeJS.ProcessEnv): JiraSite | undefined => {
  const {
    JIRA_HOST: host = '',
    JIRA_EMAIL: email = '',
    JIRA_API_TOKEN: apiToken = '',
    JIRA_PERSONAL_ACCESS_TOKEN: personal = '',
    JIRA_PROJECT: project = '',
    JIRA_ISSUE_TYPE: issueType = 'Task',
  } = env;
  if (!host || !project || !(personal || (email && apiToken))) return undefined;
  const at = { host: host.replace(/\/+$/, ''), email, project, issueType };
  return personal
    ? { ...at, kind: 'data_center', token: personal }
    : { ...at, kind: 'cloud', token: apiToken };
};

const site = realSite(process.env);
if (site) {
  describe('the Jira site of the environment', () => {
    ticketsConform(() => site);
    evidenceConforms(() => site);
  });
}
