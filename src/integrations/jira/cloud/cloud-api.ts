import type { Http } from '../../http-client/call.ts';
import type { JiraApi, JiraConfig } from '../client/jira-api.ts';
import { JiraFault } from '../client/jira-fault.ts';
import {
  AdfComments,
  AdfDescription,
  CreatedComment,
  CreatedIssue,
  CreateFields,
  changesOf,
  Histories,
  IssueState,
  IssueTypes,
  MyPermissions,
  Myself,
  read,
  SearchResults,
  Transitions,
  WatchedIssue,
  watchedFields,
  watchedOf,
} from '../client/schema.ts';
import { adfDocument, adfSize } from '../documents/adf/adf.ts';
import { adfDescription, textOf } from '../documents/adf/adf-description.ts';
import { paragraph } from '../documents/document.ts';
import { labelQuery } from '../documents/issue-fields.ts';
import { jiraTransport } from './transport.ts';

/** So many changes of a ticket are looked at. */
const lastPage = 20;

/**
 * Jira Cloud: REST v3, documents in ADF. `jira.js` is loaded at the first call: it costs 0.6 s and 40 MB, and many never
 * raise a ticket.
 */
export const createCloudApi = (config: JiraConfig, http: Http, now: () => number): JiraApi => {
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
    measure: adfSize,
    rich: (text) => adfDocument([paragraph(text)]),
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
    async create({ more, ...fields }, property) {
      const { issues } = await jira();
      const answer = await issues.createIssue({
        fields: { ...fields, ...more, description: adfDocument(fields.description) },
        properties: [{ key: 'farmhand', value: property }],
      });
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
    async comment(key, blocks) {
      const body = adfDocument(blocks);
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
      return read(AdfComments, answer, 'comments').comments.map(({ id, created, body }) => {
        const last = body?.content?.at(-1)?.content ?? [];
        return { id, created, lastLine: last.length === 1 ? textOf(last[0]) : '' };
      });
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
    async description(key, name) {
      const { issues } = await jira();
      const answer = await issues.getIssue({ issueIdOrKey: key, fields: ['description'] });
      // Not through `read`: it is sent back as it is, nulls included.
      const parsed = AdfDescription.safeParse(answer);
      if (!parsed.success) throw new JiraFault('broken', 'the description cannot be read');
      return adfDescription(parsed.data.fields.description?.content ?? [], name, async (content) => {
        const description = { version: 1, type: 'doc', content };
        await issues.editIssue({ issueIdOrKey: key, fields: { description } });
      });
    },
    async transitions(key) {
      const { issues } = await jira();
      const answer = await issues.getTransitions({ issueIdOrKey: key, expand: 'transitions.fields' });
      return read(Transitions, answer, 'transitions').transitions;
    },
    async transition(key, id, fields) {
      const { issues } = await jira();
      await issues.doTransition({
        issueIdOrKey: key,
        transition: { id },
        ...(fields && Object.keys(fields).length > 0 && { fields }),
      });
    },
    async look(key) {
      const { issues } = await jira();
      const answer = await issues.getIssue({ issueIdOrKey: key, fields: watchedFields });
      return watchedOf(read(WatchedIssue, answer, 'ticket'));
    },
    async lastChanges(key) {
      const { issues, myself } = await jira();
      const page = async (startAt: number, maxResults: number) =>
        read(Histories, await issues.getChangeLogs({ issueIdOrKey: key, startAt, maxResults }), 'history');
      // The oldest come first; a change of the description has both of its texts in it, so the pages are small.
      const { total } = await page(0, 1);
      const { values } = await page(Math.max(0, total - lastPage), lastPage);
      return changesOf(values, read(Myself, await myself.getCurrentUser(), 'account'));
    },
    async link(type, from, to) {
      const { issueLinks } = await jira();
      await issueLinks.linkIssues({
        type: { name: type },
        inwardIssue: { key: from },
        outwardIssue: { key: to },
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
