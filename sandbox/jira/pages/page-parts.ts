import { type Issue, type IssueType, type Status, sitePath, type World } from '../world.ts';
import { html, type Markup } from './html.ts';
import { pageStyle } from './page-style.ts';

export const page = (title: string, body: Markup): string =>
  `<!doctype html>${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${{ markup: pageStyle }}</style></head><body>
<header><span class="mark" aria-hidden="true">J</span><b>Local Jira</b><span class="hint">A simulator: tickets are kept in memory</span></header>
<main>${body}</main></body></html>`.markup
  }`;

export const lozenge = (status: Status, size = ''): Markup =>
  html`<span class="lozenge ${status.category} ${size}">${status.name}</span>`;

export const typeIcon = (type: IssueType): Markup =>
  html`<span class="type ${type.name.toLowerCase().replace(/[^a-z]/g, '')}" title="${type.name}">${type.name.slice(0, 1)}</span>`;

export const chips = (labels: readonly string[]): Markup =>
  labels.length === 0
    ? html`<span class="quiet">None</span>`
    : html`${labels.map((label) => html`<span class="chip">${label}</span>`)}`;

export const when = (at: number, now: number): Markup => {
  const iso = new Date(at).toISOString();
  return html`<time class="when" datetime="${iso}" title="${iso}">${ago(now - at)}</time>`;
};

const ago = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return plural(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
};

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'} ago`;

/** `20 Nov 2026, 21:49 UTC` */
export const clock = (at: number): string => {
  const [, day, month, year, hourMinute] =
    /^\w+, (\d+) (\w+) (\d+) (\d+:\d+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${Number(day)} ${month} ${year}, ${hourMinute} UTC`;
};

export const issueRow = (issue: Issue, world: World): Markup =>
  html`<a href="${sitePath(world)}/browse/${issue.key}">${typeIcon(issue.issueType)}<span class="key">${issue.key}</span>
<span class="grow">${issue.summary}</span>${lozenge(issue.status)}${when(issue.updatedAt, world.now())}</a>`;
