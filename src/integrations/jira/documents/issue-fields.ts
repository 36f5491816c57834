import type { TicketRequest } from '../../../alerts/ports/ports.ts';
import { sha256 } from '../../../core/hash.ts';
import { cut, oneLine } from '../../../core/text.ts';
import type { Blocks, Measure } from './document.ts';
import { ticketDocument } from './ticket-document.ts';

const maxSummary = 255;
const maxLabel = 255;

/**
 * The label that marks the one ticket of `key`. Readable where the key allows it; JQL compares labels without
 * regard to case, so anything but lower case is told apart by a hash.
 */
export const labelOf = (key: string): string => {
  if (/^[a-z0-9][a-z0-9._:/-]{0,199}$/.test(key)) return `farmhand-${key}`;
  const words = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80);
  return `farmhand-${words}-${sha256(key, 16)}`.replace(/-{2,}/g, '-');
};

/** The JQL that finds a label: bounded, and quoted so that no label can be read as JQL. */
export const labelQuery = (label: string): string =>
  `labels = "${label.replace(/[\\"]/g, '\\$&')}" ORDER BY created ASC`;

/** A label as Jira takes it: no white space, at most 255 characters; undefined when nothing is left. */
export const cleanLabel = (label: string): string | undefined =>
  cut(oneLine(label).replace(/ /g, '-'), maxLabel) || undefined;

/** The fields of a ticket that is created. */
export interface IssueFields {
  readonly project: { readonly key: string };
  readonly issuetype: { readonly name: string };
  readonly summary: string;
  readonly labels: string[];
  readonly description: Blocks;
  /** Of a sub-task: the issue that it belongs to. */
  readonly parent?: { readonly key: string };
  /** By field id, in Jira's own form. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface IssueDefaults {
  readonly project: string;
  readonly issue_type: string;
  readonly labels: readonly string[];
}

/** The ticket of an alert. */
export const issueFields = (
  request: TicketRequest,
  defaults: IssueDefaults,
  measure: Measure,
): IssueFields => ({
  project: { key: request.project ?? defaults.project },
  issuetype: { name: request.issueType ?? defaults.issue_type },
  summary: summaryOf(request.summary) || `Alert ${cut(oneLine(request.alertId), 200)}`,
  labels: labelsOf(labelOf(request.key), ...defaults.labels, ...request.labels),
  description: ticketDocument(request.body, measure),
});

/** On one line and as long as Jira takes it. */
export const summaryOf = (text: string): string => cut(oneLine(text), maxSummary);

/** Clean and each once. */
export const labelsOf = (...labels: readonly string[]): string[] => [
  ...new Set(labels.flatMap((label) => cleanLabel(label) ?? [])),
];
