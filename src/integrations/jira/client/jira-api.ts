import type { z } from 'zod';
import { withoutNulls } from '../../../core/json.ts';
import type { Http } from '../../http-client/call.ts';
import type { AdfDocument } from '../documents/adf.ts';
import { type IssueFields, labelQuery } from '../documents/issue-fields.ts';
import type { JiraFile } from '../documents/journal-file.ts';
import { JiraFault } from './jira-fault.ts';
import {
  Comments,
  CreatedComment,
  CreatedIssue,
  CreateFields,
  Description,
  type FoundComment,
  type FoundIssue,
  IssueState,
  IssueTypes,
  MyPermissions,
  SearchResults,
  Transitions,
} from './schema.ts';
import { type JiraConfig, jiraTransport } from './transport.ts';

/** The calls farmhand makes to Jira. Each throws a `JiraFault`, and none repeats itself. */
export interface JiraApi {
  /** Tickets that carry `label`, oldest first. The index is behind by seconds, at times minutes. */
  findByLabel(label: string): Promise<readonly FoundIssue[]>;
  create(fields: IssueFields, property: object): Promise<CreatedIssue>;
  /** Creates or renews a link to a web page: one for each `globalId`. */
  linkPage(key: string, page: { globalId: string; url: string; title: string }): Promise<void>;
  /** Adds a comment and answers its id. */
  comment(key: string, body: AdfDocument): Promise<string>;
  /** A page of at most 100 comments, the newest first. */
  comments(key: string, startAt: number): Promise<readonly FoundComment[]>;
  /** Whether it is done, and the names of the files that are attached. */
  state(key: string): Promise<{ readonly done: boolean; readonly attachments: readonly string[] }>;
  attach(key: string, file: JiraFile): Promise<void>;
  /** The nodes of the description as Jira has them, also those that farmhand does not know; none where it is empty. */
  description(key: string): Promise<readonly unknown[]>;
  /** Replaces the whole description. */
  describe(key: string, content: readonly unknown[]): Promise<void>;
  transitions(key: string): Promise<Transitions['transitions']>;
  transition(key: string, id: string): Promise<void>;
  linkDuplicate(duplicate: string, of: string): Promise<void>;
  whoAmI(): Promise<void>;
  issueTypes(project: string): Promise<z.infer<typeof IssueTypes>['issueTypes']>;
  createFields(project: string, issueTypeId: string): Promise<z.infer<typeof CreateFields>['fields']>;
  /** The permissions of `wanted` that the account lacks in `project`. */
  missingPermissions(project: string, wanted: readonly string[]): Promise<readonly string[]>;
}

/** `jira.js` is loaded at the first call: it costs 0.6 s and 40 MB, and many never raise a ticket. */
export const createJiraApi = (config: JiraConfig, http: Http, now: () => number): JiraApi => {
  const load = async () => {
    const { createCloudClient } = await import('jira.js');
    return createCloudClient(jiraTransport(config, http, now));
  };
  let loaded: ReturnType<typeof load> | undefined;
  const jira = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    async findByLabel(label) {
      const { issueSearch } = await jira();
      const answer = await issueSearch.searchAndReconsileIssuesUsingJqlPost({
        jql: labelQuery(label),
        fields: ['labels', 'status', 'issuelinks'],
        maxResults: 50,
      });
      const { issues } = read(SearchResults, answer, 'search results');
      return issues
        .filter((issue) => issue.fields.labels.includes(label))
        .sort((a, b) => Number(a.id) - Number(b.id));
    },
    async create(fields, property) {
      const { issues } = await jira();
      const answer = await issues.createIssue({ fields, properties: [{ key: 'farmhand', value: property }] });
      return read(CreatedIssue, answer, 'created ticket');
    },
    async linkPage(key, { globalId, url, title }) {
      const { issueRemoteLinks } = await jira();
      await issueRemoteLinks.createOrUpdateRemoteIssueLink({
        issueIdOrKey: key,
        globalId,
        application: { type: 'farmhand.slack', name: 'Slack' },
        relationship: 'discussed in',
        object: { url, title },
      });
    },
    async comment(key, body) {
      const { issueComments } = await jira();
      const answer = await issueComments.addComment({
        issueIdOrKey: key,
        body: { ...body, content: body.content.map((node) => ({ ...node })) },
      });
      return read(CreatedComment, answer, 'created comment').id;
    },
    async comments(key, startAt) {
      const { issueComments } = await jira();
      const answer = await issueComments.getComments({
        issueIdOrKey: key,
        orderBy: '-created',
        startAt,
        maxResults: 100,
      });
      return read(Comments, answer, 'comments').comments;
    },
    async state(key) {
      const { issues } = await jira();
      const answer = await issues.getIssue({ issueIdOrKey: key, fields: ['status', 'attachment'] });
      const { status, attachment } = read(IssueState, answer, 'ticket').fields;
      return {
        done: status.statusCategory.key === 'done',
        attachments: attachment.map(({ filename }) => filename),
      };
    },
    async attach(key, { name, type, bytes }) {
      const { issueAttachments } = await jira();
      await issueAttachments.addAttachment({
        issueIdOrKey: key,
        attachments: { filename: name, content: new Blob([Buffer.from(bytes)], { type }) },
      });
    },
    async description(key) {
      const { issues } = await jira();
      const answer = await issues.getIssue({ issueIdOrKey: key, fields: ['description'] });
      // Not through `read`: it is sent back as it is, nulls included.
      const parsed = Description.safeParse(answer);
      if (parsed.success) return parsed.data.fields.description?.content ?? [];
      throw new JiraFault('broken', 'the description cannot be read');
    },
    async describe(key, content) {
      const { issues } = await jira();
      await issues.editIssue({
        issueIdOrKey: key,
        fields: { description: { version: 1, type: 'doc', content } },
      });
    },
    async transitions(key) {
      const { issues } = await jira();
      const answer = await issues.getTransitions({ issueIdOrKey: key, expand: 'transitions.fields' });
      return read(Transitions, answer, 'transitions').transitions;
    },
    async transition(key, id) {
      const { issues } = await jira();
      await issues.doTransition({ issueIdOrKey: key, transition: { id } });
    },
    async linkDuplicate(duplicate, of) {
      const { issueLinks } = await jira();
      await issueLinks.linkIssues({
        type: { name: 'Duplicate' },
        inwardIssue: { key: duplicate },
        outwardIssue: { key: of },
      });
    },
    async whoAmI() {
      const { myself } = await jira();
      await myself.getCurrentUser();
    },
    async issueTypes(project) {
      const { issues } = await jira();
      const answer = await issues.getCreateIssueMetaIssueTypes({
        projectIdOrKey: encodeURIComponent(project),
        maxResults: 200,
      });
      return read(IssueTypes, answer, 'issue types').issueTypes;
    },
    async createFields(project, issueTypeId) {
      const { issues } = await jira();
      const answer = await issues.getCreateIssueMetaIssueTypeId({
        projectIdOrKey: encodeURIComponent(project),
        issueTypeId,
        maxResults: 200,
      });
      return read(CreateFields, answer, 'fields of the create screen').fields;
    },
    async missingPermissions(project, wanted) {
      const { permissions } = await jira();
      const answer = await permissions.getMyPermissions({
        projectKey: project,
        permissions: wanted.join(','),
      });
      const has = read(MyPermissions, answer, 'permissions').permissions;
      return wanted.filter((name) => has[name]?.havePermission !== true);
    },
  };
};

/** An answer that cannot be read may still mean that the call was carried out: `broken` is ambiguous. */
const read = <T>(schema: z.ZodType<T>, answer: unknown, what: string): T => {
  const parsed = schema.safeParse(withoutNulls(answer));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new JiraFault('broken', `the ${what} cannot be read (${problems.slice(0, 5).join('; ')})`);
};
