import { type Attachment, findIssue, type Issue, type RemoteLink, sitePath, type World } from '../world.ts';
import { adfHtml, linkTo } from './adf-html.ts';
import { html, type Markup, nothing } from './html.ts';
import { chips, clock, issueRow, lozenge, page, typeIcon, when } from './page-parts.ts';
import { wikiHtml } from './wiki-html.ts';

const maxRows = 500;

/** All tickets, the newest first. */
export const listPage = (world: World): string => {
  const issues = [...world.issues].reverse();
  const open = issues.filter((issue) => issue.status.category !== 'done').length;
  return page(
    'Tickets · Local Jira',
    html`<h1>Tickets</h1>${
      issues.length === 0
        ? html`<div class="card empty"><b>No tickets yet</b>Raise one from an alert: the button “Raise ticket”, or a route with the action ticket.</div>`
        : html`<p class="under">${issues.length} in all, ${open} open${issues.length > maxRows ? `; the newest ${maxRows} are shown` : ''}</p><section><div class="card rows">${issues.slice(0, maxRows).map((issue) => issueRow(issue, world))}</div></section>`
    }`,
  );
};

/** One ticket as people read it. */
export const issuePage = (world: World, issue: Issue): string =>
  page(
    `${issue.key} ${issue.summary}`,
    html`<nav class="crumbs" aria-label="Where this is"><a href="${sitePath(world)}/">Tickets</a><span>/</span><span>${issue.project.name}</span><span>/</span>${typeIcon(issue.issueType)}<a href="${sitePath(world)}/browse/${issue.key}">${issue.key}</a></nav>
<h1>${issue.summary}</h1>
<div class="columns"><div>
<section><h2>Description</h2><div class="document">${issue.description === null ? html`<p class="quiet">None</p>` : textHtml(world, issue.description)}</div></section>
${webLinks(issue)}${linkedIssues(world, issue)}${attachments(world, issue)}${comments(world, issue)}${history(world, issue)}
</div><aside>${lozenge(issue.status, 'big')}${details(issue)}</aside></div>`,
  );

export const missingPage = (world: World): string =>
  page(
    'Not found · Local Jira',
    html`<div class="card empty"><b>There is no such ticket</b><a href="${sitePath(world)}/">All tickets</a></div>`,
  );

/** A description or a comment, as its kind of Jira keeps it. */
const textHtml = ({ kind }: World, text: unknown): Markup =>
  kind === 'cloud' ? adfHtml(text) : wikiHtml(String(text));

const details = (issue: Issue): Markup => {
  const properties = Object.entries(issue.properties);
  return html`<div class="card"><h2>Details</h2><dl>
<dt>Type</dt><dd>${typeIcon(issue.issueType)} ${issue.issueType.name}</dd>
<dt>Project</dt><dd>${issue.project.name} (${issue.project.key})</dd>
<dt>Labels</dt><dd>${chips(issue.labels)}</dd>
<dt>Assignee</dt><dd class="quiet">Unassigned</dd>
<dt>Reporter</dt><dd>${issue.reporter}</dd>
<dt>Created</dt><dd>${clock(issue.createdAt)}</dd>
<dt>Updated</dt><dd>${clock(issue.updatedAt)}</dd>
${properties.map(([key, value]) => html`<dt>${key}</dt><dd><code class="chip">${JSON.stringify(value)}</code></dd>`)}
</dl></div>`;
};

const webLinks = (issue: Issue): Markup =>
  issue.remoteLinks.length === 0
    ? nothing
    : html`<section><h2>Web links</h2><div class="card rows">${issue.remoteLinks.map(webLink)}</div></section>`;

const webLink = (link: RemoteLink): Markup =>
  html`<div class="row"><span class="quiet">${link.relationship ?? 'links to'}</span><span class="grow">${linkTo(link.object.url, html`${link.object.title}`)}</span><span class="host">${hostOf(link.object.url)}</span></div>`;

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

const linkedIssues = (world: World, issue: Issue): Markup => {
  const rows = world.links.flatMap((link) => {
    const outward = link.source === issue.key;
    if (!outward && link.destination !== issue.key) return [];
    const other = findIssue(world, outward ? link.destination : link.source);
    if (!other) return [];
    const words = outward ? link.type.outward : link.type.inward;
    return [
      html`<a href="${sitePath(world)}/browse/${other.key}"><span class="quiet">${words}</span><span class="key">${other.key}</span><span class="grow">${other.summary}</span>${lozenge(other.status)}</a>`,
    ];
  });
  return rows.length === 0
    ? nothing
    : html`<section><h2>Linked tickets</h2><div class="card rows">${rows}</div></section>`;
};

/** By what it is, not by what it is called. */
export const isPicture = ({ bytes }: Attachment): boolean =>
  bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));

const attachments = (world: World, issue: Issue): Markup =>
  issue.attachments.length === 0
    ? nothing
    : html`<section><h2>Attachments</h2><div class="files">${issue.attachments.map((one) => file(world, one))}</div></section>`;

const file = (world: World, one: Attachment): Markup => {
  const url = `${sitePath(world)}/secure/attachment/${one.id}/${encodeURIComponent(one.name)}`;
  const size = `${Math.max(1, Math.round(one.bytes.length / 1024)).toLocaleString('en')} kB`;
  return html`<a class="card file" href="${url}">${
    isPicture(one)
      ? html`<img src="${url}" alt="${one.name}" loading="lazy">`
      : html`<span class="blank" aria-hidden="true">File</span>`
  }<span class="name">${one.name}</span><span class="quiet">${size} · ${when(one.at, world.now())}</span></a>`;
};

const comments = (world: World, issue: Issue): Markup =>
  html`<section><h2>Comments</h2>${
    issue.comments.length === 0
      ? html`<p class="quiet">None yet</p>`
      : issue.comments.map((comment) =>
          entry(
            world,
            comment.by,
            comment.at,
            html`<div class="document">${textHtml(world, comment.body)}</div>`,
          ),
        )
  }</section>`;

const history = (world: World, issue: Issue): Markup => {
  const created = entry(world, issue.reporter, issue.createdAt, html`<div>created the ticket</div>`);
  const changes = issue.history.map((change) =>
    entry(
      world,
      change.by,
      change.at,
      change.from === ''
        ? html`<div>${change.to}</div>`
        : html`<div>${change.field}: ${change.from}<span class="arrow">→</span>${change.to}</div>`,
    ),
  );
  return html`<section><h2>History</h2>${[...changes].reverse()}${created}</section>`;
};

const entry = (world: World, by: string, at: number, what: Markup): Markup =>
  html`<div class="entry"><span class="avatar" aria-hidden="true">${by.slice(0, 1).toUpperCase()}</span><div><span class="who">${by}</span>${when(at, world.now())}${what}</div></div>`;
