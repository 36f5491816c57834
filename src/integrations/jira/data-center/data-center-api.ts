import type { Http } from '../../http-client/call.ts';
import { readAnswer } from '../client/answer.ts';
import type { JiraApi, JiraConfig } from '../client/jira-api.ts';
import { JiraFault } from '../client/jira-fault.ts';
import {
  Changelog,
  CreatedComment,
  CreatedIssue,
  CreateFieldPage,
  changesOf,
  IssueState,
  IssueTypePage,
  MyPermissions,
  Myself,
  read,
  SearchResults,
  Transitions,
  WatchedIssue,
  WikiComments,
  WikiDescription,
  watchedFields,
  watchedOf,
} from '../client/schema.ts';
import { siteUrl } from '../client/site-url.ts';
import { paragraph } from '../documents/document.ts';
import { labelQuery } from '../documents/issue-fields.ts';
import { wikiSize, wikiText } from '../documents/wiki/wiki.ts';
import { lastLine, wikiDescription } from '../documents/wiki/wiki-description.ts';

/**
 * Jira Data Center: REST v2, texts in wiki markup, a personal access token, as documented; no site of 9.12 or
 * 10.x was met yet. `jira.js` knows Jira Cloud only (6.2 has no v2 client).
 */
export const createDataCenterApi = (config: JiraConfig, http: Http, now: () => number): JiraApi => {
  const ask = askerOf(config, http, now);
  const issue = (key: string, more = ''): string => `/issue/${encodeURIComponent(key)}${more}`;
  return {
    measure: wikiSize,
    rich: (text) => wikiText([paragraph(text)]),
    async findByLabel(label) {
      const answer = await ask('POST', '/search', {
        json: {
          jql: labelQuery(label),
          fields: ['labels', 'status', 'issuelinks'],
          startAt: 0,
          maxResults: 50,
        },
      });
      return read(SearchResults, answer, 'search results')
        .issues.filter(({ fields }) => fields.labels.includes(label))
        .sort((a, b) => Number(a.id) - Number(b.id));
    },
    async create({ more, ...fields }, property) {
      const json = {
        fields: { ...fields, ...more, description: wikiText(fields.description) },
        properties: [{ key: 'farmhand', value: property }],
      };
      return read(CreatedIssue, await ask('POST', '/issue', { json }), 'created ticket');
    },
    async linkPage(key, { globalId, url, title }) {
      const application = { type: 'farmhand.slack', name: 'Slack' };
      const json = { globalId, application, relationship: 'discussed in', object: { url, title } };
      await ask('POST', issue(key, '/remotelink'), { json });
    },
    async comment(key, blocks) {
      const answer = await ask('POST', issue(key, '/comment'), { json: { body: wikiText(blocks) } });
      return read(CreatedComment, answer, 'created comment').id;
    },
    async comments(key, startAt) {
      const query = { orderBy: '-created', startAt, maxResults: 100 };
      const answer = await ask('GET', issue(key, '/comment'), { query });
      const { comments } = read(WikiComments, answer, 'comments');
      return comments.map(({ id, created, body }) => ({ id, created, lastLine: lastLine(body) }));
    },
    async state(key) {
      const answer = await ask('GET', issue(key), { query: { fields: 'status,attachment' } });
      const { status, attachment } = read(IssueState, answer, 'ticket').fields;
      return {
        done: status.statusCategory.key === 'done',
        attachments: attachment.map(({ filename }) => filename),
      };
    },
    async attach(key, { name, type, bytes }) {
      const files = new FormData();
      files.append('file', new Blob([Buffer.from(bytes)], { type }), name);
      await ask('POST', issue(key, '/attachments'), { files });
    },
    async description(key, name) {
      const answer = await ask('GET', issue(key), { query: { fields: 'description' } });
      const { description } = read(WikiDescription, answer, 'description').fields;
      return wikiDescription(description ?? '', name, async (text) => {
        await ask('PUT', issue(key), { json: { fields: { description: text } } });
      });
    },
    async transitions(key) {
      const answer = await ask('GET', issue(key, '/transitions'), {
        query: { expand: 'transitions.fields' },
      });
      return read(Transitions, answer, 'transitions').transitions;
    },
    async transition(key, id, fields = {}) {
      const more = Object.keys(fields).length > 0 ? { fields } : {};
      await ask('POST', issue(key, '/transitions'), { json: { transition: { id }, ...more } });
    },
    async look(key) {
      const answer = await ask('GET', issue(key), { query: { fields: watchedFields.join() } });
      return watchedOf(read(WatchedIssue, answer, 'ticket'));
    },
    async lastChanges(key) {
      const query = { fields: 'status', expand: 'changelog' };
      // The whole history or nothing: one that is too long names nobody.
      const answer = await ask('GET', issue(key), { query }).catch((error: unknown) => {
        if (error instanceof JiraFault && /too long/.test(error.says)) return undefined;
        throw error;
      });
      if (answer === undefined) return [];
      const { histories } = read(Changelog, answer, 'history').changelog;
      return changesOf(histories, read(Myself, await ask('GET', '/myself'), 'account'));
    },
    async link(type, from, to) {
      const json = { type: { name: type }, inwardIssue: { key: from }, outwardIssue: { key: to } };
      await ask('POST', '/issueLink', { json });
    },
    async whoAmI() {
      await ask('GET', '/myself');
    },
    issueTypes: (project) =>
      pages(async (startAt) => {
        const path = `/issue/createmeta/${encodeURIComponent(project)}/issuetypes`;
        const answer = await ask('GET', path, { query: { startAt, maxResults: 200 } });
        return read(IssueTypePage, answer, 'issue types');
      }),
    createFields: (project, typeId) =>
      pages(async (startAt) => {
        const path = `/issue/createmeta/${encodeURIComponent(project)}/issuetypes/${encodeURIComponent(typeId)}`;
        const answer = await ask('GET', path, { query: { startAt, maxResults: 200 } });
        return read(CreateFieldPage, answer, 'fields of the create screen');
      }),
    async missingPermissions(project, wanted) {
      // Answers every permission there is, whatever is asked for.
      const answer = await ask('GET', '/mypermissions', { query: { projectKey: project } });
      const has = read(MyPermissions, answer, 'permissions').permissions;
      return wanted.filter((name) => has[name]?.havePermission !== true);
    },
  };
};

interface Asked {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly json?: unknown;
  readonly files?: FormData;
}
type Ask = (method: 'GET' | 'POST' | 'PUT', path: string, what?: Asked) => Promise<unknown>;

const maxAnswerBytes = 4 * 1024 * 1024;

const askerOf =
  (config: JiraConfig, http: Http, now: () => number): Ask =>
  async (method, path, { query = {}, json, files } = {}) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) search.set(name, String(value));
    const url = siteUrl(config.host, `/rest/api/2${path}`);
    const outcome = await http.call({
      method,
      url: search.size > 0 ? `${url}?${search}` : url,
      headers: {
        authorization: `Bearer ${config.personal_access_token?.reveal() ?? ''}`,
        // Without it an upload is taken for a forged one.
        ...(files && { 'x-atlassian-token': 'no-check' }),
      },
      ...(files ? { multipart: files } : json !== undefined && { json }),
      timeoutMs: config.timeout,
      maxBytes: maxAnswerBytes,
    });
    return readAnswer(outcome, now());
  };

const maxPages = 20;

/** All of what comes in pages; a page that is empty is the last one, whatever it says. */
const pages = async <T>(
  page: (startAt: number) => Promise<{ readonly values: readonly T[]; readonly total?: number | undefined }>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for (let left = maxPages; left > 0; left--) {
    const { values, total } = await page(all.length);
    all.push(...values);
    if (values.length === 0 || total === undefined || all.length >= total) break;
  }
  return all;
};
