import type { Issue } from './world.ts';

/** A small JQL: `field = value`, `!=`, `in (…)`, joined by AND, and ORDER BY created or key. */
export interface Query {
  readonly clauses: readonly Clause[];
  readonly descending: boolean;
}

interface Clause {
  readonly field: 'labels' | 'project' | 'status' | 'statuscategory' | 'key' | 'issuetype';
  readonly negated: boolean;
  readonly values: readonly string[];
}

const fields = ['labels', 'project', 'status', 'statuscategory', 'key', 'issuetype'] as const;

/** The query, or why Jira would refuse it, in its words. */
export const parseJql = (jql: string): Query | { readonly error: string } => {
  const [, where = '', order = ''] = /^(.*?)(?:\s*\border\s+by\s+(.*))?$/is.exec(jql.trim()) ?? [];
  if (where.trim() === '') {
    return {
      error: 'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
    };
  }
  const tokens = tokenize(where);
  if (!tokens) return { error: `Error in the JQL Query: '${where}' cannot be read.` };
  const clauses: Clause[] = [];
  let rest = tokens;
  while (rest.length > 0) {
    const read = clauseOf(rest);
    if ('error' in read) return read;
    clauses.push(read.clause);
    rest = read.rest;
    if (rest.length === 0) break;
    if (rest[0]?.text.toLowerCase() !== 'and') {
      return { error: `Error in the JQL Query: Expecting either 'OR' or 'AND' but got '${rest[0]?.text}'.` };
    }
    rest = rest.slice(1);
  }
  return { clauses, descending: /\bdesc\s*$/i.test(order) };
};

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

const tokenize = (text: string): Token[] | undefined => {
  const tokens: Token[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const [whole, quoted, word] = /^(?:"((?:[^"\\]|\\.)*)"|(!=|[=(),]|[^\s"=!(),]+))\s*/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    tokens.push({ text: quoted?.replace(/\\(.)/g, '$1') ?? word ?? '', quoted: quoted !== undefined });
    rest = rest.slice(whole.length);
  }
  return tokens;
};

const clauseOf = (tokens: readonly Token[]): { clause: Clause; rest: Token[] } | { error: string } => {
  const [name, operator, ...after] = tokens;
  const field = fields.find((f) => f === name?.text.toLowerCase());
  if (!field) {
    return {
      error: `Field '${name?.text ?? ''}' does not exist or you do not have permission to view it.`,
    };
  }
  if (operator?.text === '=' || operator?.text === '!=') {
    const [value, ...rest] = after;
    if (!value) return { error: 'Error in the JQL Query: Expecting a value but got end of query.' };
    if (!value.quoted && !/^[\w.-]+$/.test(value.text)) {
      return { error: `Error in the JQL Query: '${value.text}' is a reserved character.` };
    }
    return { clause: { field, negated: operator.text === '!=', values: [value.text] }, rest };
  }
  if (operator?.text.toLowerCase() === 'in' && after[0]?.text === '(') {
    const end = after.findIndex((token) => token.text === ')' && !token.quoted);
    if (end < 0) return { error: "Error in the JQL Query: Expecting ')'." };
    const values = after.slice(1, end).flatMap((t) => (t.text === ',' && !t.quoted ? [] : [t.text]));
    return { clause: { field, negated: false, values }, rest: after.slice(end + 1) };
  }
  return { error: `Error in the JQL Query: Expecting operator but got '${operator?.text ?? ''}'.` };
};

/** True when `issue` meets every clause; values are compared without regard to case, as Jira does. */
export const matches = (issue: Issue, query: Query): boolean =>
  query.clauses.every((clause) => {
    const own = valuesOf(issue, clause.field).map((value) => value.toLowerCase());
    return clause.values.some((value) => own.includes(value.toLowerCase())) !== clause.negated;
  });

const valuesOf = (issue: Issue, field: Clause['field']): readonly string[] => {
  switch (field) {
    case 'labels':
      return issue.labels;
    case 'project':
      return [issue.project.key, issue.project.name, issue.project.id];
    case 'status':
      return [issue.status.name, issue.status.id];
    case 'statuscategory':
      return [issue.status.category === 'done' ? 'Done' : issue.status.category];
    case 'key':
      return [issue.key, issue.id];
    case 'issuetype':
      return [issue.issueType.name, issue.issueType.id];
    default:
      return field satisfies never;
  }
};
