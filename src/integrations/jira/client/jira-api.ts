import type { Config } from '../../../config/schema/schema.ts';
import type { Blocks, Measure } from '../documents/document.ts';
import type { IssueFields } from '../documents/issue-fields.ts';
import type { JiraFile } from '../documents/journal-file.ts';
import type { KeptDescription } from '../documents/kept-part.ts';
import type {
  CreatedIssue,
  CreateField,
  FoundIssue,
  IssueType,
  JiraChange,
  JiraLook,
  JiraTransition,
} from './schema.ts';

export type JiraConfig = NonNullable<Config['jira']>;

/**
 * What farmhand asks a Jira, whatever kind it is: each kind is an adapter, and `test/conformance/jira` holds both to the
 * same. Every call throws a `JiraFault`, and none repeats itself.
 */
export interface JiraApi {
  /** How much of a text field's limit (`maxText`) blocks take here. */
  readonly measure: Measure;
  /** A text as the fields with markup take it here; nothing in it is markup. */
  rich(text: string): unknown;
  /** Tickets that carry `label`, oldest first. The index is behind by seconds, at times minutes. */
  findByLabel(label: string): Promise<readonly FoundIssue[]>;
  create(fields: IssueFields, property: object): Promise<CreatedIssue>;
  /** Creates or renews a link to a web page: one for each `globalId`. */
  linkPage(key: string, page: { globalId: string; url: string; title: string }): Promise<void>;
  /** Adds a comment and answers its id. */
  comment(key: string, blocks: Blocks): Promise<string>;
  /** A page of at most 100 comments, the newest first. */
  comments(key: string, startAt: number): Promise<readonly FoundComment[]>;
  /** Whether it is done, and the names of the files that are attached. */
  state(key: string): Promise<{ readonly done: boolean; readonly attachments: readonly string[] }>;
  attach(key: string, file: JiraFile): Promise<void>;
  /** The description, and farmhand's part of that name in it. */
  description(key: string, name: string): Promise<KeptDescription>;
  transitions(key: string): Promise<readonly JiraTransition[]>;
  /** `fields`: what its screen asks for, by field id, in Jira's own form. */
  transition(key: string, id: string, fields?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Its status, and what farmhand watches of it, by the name of the field. */
  look(key: string): Promise<JiraLook>;
  /** What was changed of it last, the newest first: at most the last hundred changes. */
  lastChanges(key: string): Promise<readonly JiraChange[]>;
  /** A link of this type, read from `from`: `Duplicate`, `Relates`. The same once more is none. */
  link(type: string, from: string, to: string): Promise<void>;
  whoAmI(): Promise<void>;
  issueTypes(project: string): Promise<readonly IssueType[]>;
  createFields(project: string, issueTypeId: string): Promise<readonly CreateField[]>;
  /** The permissions of `wanted` that the account lacks in `project`. */
  missingPermissions(project: string, wanted: readonly string[]): Promise<readonly string[]>;
}

/** What is looked at of a comment. */
export interface FoundComment {
  readonly id: string;
  readonly created: string;
  /** Plain text of its last paragraph, where that is one line of one piece; else empty. */
  readonly lastLine: string;
}
