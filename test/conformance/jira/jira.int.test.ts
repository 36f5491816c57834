import { afterAll, beforeAll, describe } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { type JiraSite, ticketsConform } from './jira.ts';
import { evidenceConforms } from './jira-evidence.ts';

describe('the simulator', () => {
  let jira: JiraSandbox;
  beforeAll(async () => {
    jira = await startJira();
  });
  afterAll(() => jira[Symbol.asyncDispose]());
  const simulated = (): JiraSite => ({
    host: jira.url,
    email: jira.email,
    token: jira.token,
    project: 'OPS',
    issueType: 'Task',
  });
  ticketsConform(simulated);
  evidenceConforms(simulated);
});

/** A site of one's own: JIRA_HOST, JIRA_EMAIL, JIRA_API_TOKEN, JIRA_PROJECT and JIRA_ISSUE_TYPE. Leaves tickets. */
const realSite = (env: NodeJS.ProcessEnv): JiraSite | undefined => {
  const {
    JIRA_HOST: host,
    JIRA_EMAIL: email,
    JIRA_API_TOKEN: token,
    JIRA_PROJECT: project,
    JIRA_ISSUE_TYPE: issueType = 'Task',
  } = env;
  if (!host || !email || !token || !project) return undefined;
  return { host: host.replace(/\/+$/, ''), email, token, project, issueType };
};

const site = realSite(process.env);
if (site) {
  describe('the Jira site of the environment', () => {
    ticketsConform(() => site);
    evidenceConforms(() => site);
  });
}
