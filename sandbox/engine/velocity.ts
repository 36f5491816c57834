/**
 * The part of Apache Velocity that templates need which list things: references (`$a.b`, `$!a.b`, `${a.b}`,
 * `$tool.method($a)`), `#if`/`#else`/`#end`, `#foreach` with `$foreach.hasNext`. Like the original, a reference
 * without a value is left standing, unless it is quiet (`$!`). Anything else is refused.
 */
export class VelocityProblem extends Error {
  override readonly name = 'VelocityProblem';
}

export type Context = Readonly<Record<string, unknown>>;

interface Reference {
  readonly source: string;
  readonly quiet: boolean;
  readonly path: readonly { readonly name: string; readonly argument?: Reference }[];
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly of: Reference }
  | {
      readonly kind: 'if';
      readonly test: Reference;
      readonly body: readonly Part[];
      readonly otherwise: readonly Part[];
    }
  | {
      readonly kind: 'foreach';
      readonly variable: string;
      readonly of: Reference;
      readonly body: readonly Part[];
    };

/** @throws VelocityProblem for a template that it does not understand. */
export const evaluate = (template: string, context: Context): string => {
  const [parts, rest] = parseParts(template);
  if (rest !== '') throw new VelocityProblem(`#${/^#(\w+)/.exec(rest)?.[1]} without a beginning`);
  return render(parts, context);
};

const parseParts = (template: string): [readonly Part[], string] => {
  const parts: Part[] = [];
  let rest = template;
  while (rest !== '') {
    const plain = /^(?:[^#$]|#(?![a-z{[#*])|\$(?!!?\{?[a-zA-Z]))+/.exec(rest)?.[0];
    if (plain !== undefined) {
      parts.push({ kind: 'text', text: plain });
      rest = rest.slice(plain.length);
      continue;
    }
    if (rest.startsWith('$')) {
      const [of, after] = parseReference(rest);
      parts.push({ kind: 'reference', of });
      rest = after;
      continue;
    }
    const directive = /^#([a-z]+)/.exec(rest)?.[1];
    if (directive === 'end' || directive === 'else') return [parts, rest];
    if (directive === 'if') {
      const [part, after] = parseIf(rest);
      parts.push(part);
      rest = after;
    } else if (directive === 'foreach') {
      const [part, after] = parseForeach(rest);
      parts.push(part);
      rest = after;
    } else throw new VelocityProblem(`not understood here: ${rest.slice(0, 20)}`);
  }
  return [parts, ''];
};

const parseIf = (text: string): [Part, string] => {
  const [test, body] = parseReference(expect(text, /^#if\(\s*/));
  const [then, after] = parseParts(expect(body, /^\s*\)/));
  if (!after.startsWith('#else'))
    return [{ kind: 'if', test, body: then, otherwise: [] }, expect(after, end)];
  const [otherwise, last] = parseParts(expect(after, /^#else/));
  return [{ kind: 'if', test, body: then, otherwise }, expect(last, end)];
};

const parseForeach = (text: string): [Part, string] => {
  const head = /^#foreach\(\s*\$([a-zA-Z]\w*)\s+in\s+/.exec(text);
  if (!head) throw new VelocityProblem(`not understood: ${text.slice(0, 30)}`);
  const [of, after] = parseReference(text.slice(head[0].length));
  const [body, last] = parseParts(expect(after, /^\s*\)/));
  return [{ kind: 'foreach', variable: head[1] ?? '', of, body }, expect(last, end)];
};

const end = /^#end/;

const expect = (text: string, what: RegExp): string => {
  const found = what.exec(text);
  if (!found) throw new VelocityProblem(`${what.source} expected at: ${text.slice(0, 20)}`);
  return text.slice(found[0].length);
};

const parseReference = (text: string): [Reference, string] => {
  const head = /^\$(!?)(\{?)([a-zA-Z]\w*)/.exec(text);
  if (!head) throw new VelocityProblem(`a reference expected at: ${text.slice(0, 20)}`);
  const [all, quiet, brace, first = ''] = head;
  const path: Reference['path'][number][] = [{ name: first }];
  let rest = text.slice(all.length);
  for (;;) {
    const step = /^\.([a-zA-Z]\w*)(\()?/.exec(rest);
    if (!step) break;
    const [matched, name = '', call] = step;
    rest = rest.slice(matched.length);
    if (call === undefined) path.push({ name });
    else {
      const [argument, after] = parseReference(rest.trimStart());
      path.push({ name, argument });
      rest = expect(after, /^\s*\)/);
    }
  }
  if (brace !== '') rest = expect(rest, /^\}/);
  return [{ source: text.slice(0, text.length - rest.length), quiet: quiet !== '', path }, rest];
};

const render = (parts: readonly Part[], context: Context): string =>
  parts.map((part) => renderPart(part, context)).join('');

const renderPart = (part: Part, context: Context): string => {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'reference': {
      const value = lookUp(part.of, context);
      if (value !== undefined && value !== null) return String(value);
      return part.of.quiet ? '' : part.of.source;
    }
    case 'if':
      return render(isTrue(lookUp(part.test, context)) ? part.body : part.otherwise, context);
    case 'foreach': {
      const items: unknown = lookUp(part.of, context);
      if (!Array.isArray(items)) return '';
      return items
        .map((item: unknown, index) =>
          render(part.body, {
            ...context,
            [part.variable]: item,
            foreach: { hasNext: index < items.length - 1 },
          }),
        )
        .join('');
    }
    default:
      return part satisfies never;
  }
};

/** As Velocity 2 tests: also an empty text, an empty list and zero are false. */
const isTrue = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : Boolean(value) && value !== undefined;

const lookUp = ({ path }: Reference, context: Context): unknown => {
  let value: unknown = context;
  for (const { name, argument } of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
    if (!argument) continue;
    const given = lookUp(argument, context);
    if (typeof value !== 'function' || given === undefined || given === null) return undefined;
    value = Reflect.apply(value, undefined, [given]);
  }
  return typeof value === 'function' ? undefined : value;
};

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
};

/** `EscapeTool.java` of the Velocity tools: everything outside of printable ASCII as `\uXXXX`, by UTF-16 unit. */
export const escapeJava = (value: unknown): string =>
  [...Array(String(value).length).keys()]
    .map((index) => {
      const unit = String(value)[index] ?? '';
      const known = short[unit];
      if (known !== undefined) return known;
      const code = unit.charCodeAt(0);
      return code < 0x20 || code > 0x7f ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : unit;
    })
    .join('');
