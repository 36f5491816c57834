import { didYouMean } from './nearest.ts';

/** What a template can be filled with. The last three exist only once their action is done. */
export interface TemplateValues {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly name: string;
  readonly severity: string;
  readonly tier: string;
  /** Where it came from; empty where nothing says it. */
  readonly cluster?: string;
  readonly summary: string;
  readonly type: string;
  readonly source: string;
  readonly status: string;
  readonly alert: { readonly id: string };
  readonly thread?: { readonly permalink: string; readonly channel: string; readonly ts: string };
  readonly ticket?: { readonly key: string; readonly url: string };
  readonly api_task?: { readonly id: string };
}

/** An earlier action whose result a template uses. */
export type TemplateNeed = 'thread' | 'ticket' | 'api_task';

export type Rendered =
  | { readonly text: string }
  /** Expressions whose action has no result yet: nothing was rendered. */
  | { readonly missing: readonly string[] };

export interface Template {
  readonly needs: ReadonlySet<TemplateNeed>;
  readonly render: (values: TemplateValues) => Rendered;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly problem: string };

const fields = ['name', 'severity', 'tier', 'cluster', 'summary', 'type', 'source', 'status'] as const;
type Field = (typeof fields)[number];

const outputs = {
  'thread.permalink': (v) => v.thread?.permalink,
  'thread.channel': (v) => v.thread?.channel,
  'thread.ts': (v) => v.thread?.ts,
  'ticket.key': (v) => v.ticket?.key,
  'ticket.url': (v) => v.ticket?.url,
  'api_task.id': (v) => v.api_task?.id,
} as const satisfies Record<string, (values: TemplateValues) => string | undefined>;

/** Every expression a template may use; `x` stands for a name of the reader's choice. */
export const templateExpressions: readonly string[] = [
  'labels.x',
  'annotations.x',
  ...fields,
  'alert.id',
  ...Object.keys(outputs),
];

type Part =
  | string
  | { readonly expression: string; readonly read: (v: TemplateValues) => string | undefined };

/**
 * Reads a template once: plain text with `{{expression}}`. There is no logic, no nesting and no code: an expression
 * names a value, and a value is never read as a template. A label or annotation that is not there renders as empty.
 */
export const parseTemplate = (text: string): ParsedTemplate => {
  const parts: Part[] = [];
  const needs = new Set<TemplateNeed>();
  let at = 0;
  for (const found of text.matchAll(/\{\{(.*?)\}\}/gs)) {
    const expression = (found[1] ?? '').trim();
    const read = reader(expression);
    if (typeof read === 'string') return { ok: false, problem: read };
    parts.push(text.slice(at, found.index), { expression, read });
    if (expression in outputs) needs.add(expression.slice(0, expression.indexOf('.')) as TemplateNeed);
    at = found.index + found[0].length;
  }
  const tail = text.slice(at);
  // A lone }} is text: JSON is full of them.
  if (tail.includes('{{')) return { ok: false, problem: 'has a {{ without its }}' };
  parts.push(tail);
  return { ok: true, template: { needs, render: (values) => render(parts, values) } };
};

const render = (parts: readonly Part[], values: TemplateValues): Rendered => {
  let text = '';
  const missing: string[] = [];
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      const value = part.read(values);
      if (value === undefined) missing.push(part.expression);
      else text += value;
    }
  }
  return missing.length > 0 ? { missing: [...new Set(missing)] } : { text };
};

const reader = (expression: string): ((v: TemplateValues) => string | undefined) | string => {
  const [, group, key] = /^(labels|annotations)\.(\S+)$/.exec(expression) ?? [];
  if (group !== undefined && key !== undefined) {
    const from = group as 'labels' | 'annotations';
    return (v) => (Object.hasOwn(v[from], key) ? v[from][key] : undefined) ?? '';
  }
  if (fields.includes(expression as Field)) return (v) => v[expression as Field] ?? '';
  if (expression === 'alert.id') return (v) => v.alert.id;
  if (Object.hasOwn(outputs, expression)) return outputs[expression as keyof typeof outputs];
  return unknownExpression(expression);
};

const unknownExpression = (expression: string): string => {
  const shown = `{{${expression}}}`;
  const go = /^[.$]+(Common|Group)?(Labels|Annotations|labels|annotations)\.(\w+)$/.exec(expression);
  if (go) return `${shown} is a Go template; here it is {{${go[2]?.toLowerCase()}.${go[3]}}}`;
  if (/[|()]/.test(expression)) return `${shown}: only names, no functions or pipes`;
  const known = templateExpressions.filter((e) => !e.endsWith('.x'));
  return `${shown} is nothing a template knows${didYouMean(expression, known)} There are: ${templateExpressions.join(', ')}`;
};

const compiled = new Map<string, ParsedTemplate>();

/** Templates come from the config, so they are few; the bound is for safety only. */
const parseCached = (text: string): ParsedTemplate => {
  const known = compiled.get(text);
  if (known) return known;
  const parsed = parseTemplate(text);
  if (compiled.size >= 1000) compiled.clear();
  compiled.set(text, parsed);
  return parsed;
};

/**
 * Fills the template `text`. Texts in the config were checked when it was loaded; one that does not parse (a record
 * from another version) renders as it stands.
 */
export const renderTemplate = (text: string, values: TemplateValues): Rendered => {
  const parsed = parseCached(text);
  return parsed.ok ? parsed.template.render(values) : { text };
};

/** Which earlier actions the template `text` needs the results of. */
export const needsOf = (text: string): ReadonlySet<TemplateNeed> => {
  const parsed = parseCached(text);
  return parsed.ok ? parsed.template.needs : new Set();
};

/** The texts of a value that may be a list, or no text at all. */
export const templatesIn = (value: string | number | readonly string[]): readonly string[] =>
  typeof value === 'number' ? [] : typeof value === 'string' ? [value] : value;
