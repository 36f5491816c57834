/**
 * Wiki text within a line or a cell, read in the order of Jira's renderer: macros, links and addresses, backslashes,
 * entities, dashes, smileys, images, phrases, line breaks. Whatever is read as more than text is a node of its own, so
 * that a test sees it.
 */
export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: Phrase; readonly content: readonly Inline[] }
  | { readonly type: 'link'; readonly href: string; readonly content: readonly Inline[] }
  | { readonly type: 'mention'; readonly name: string }
  | { readonly type: 'macro' | 'image' | 'smiley' | 'attachment'; readonly raw: string }
  | { readonly type: 'break' };
export type Phrase = 'cite' | 'strong' | 'sup' | 'sub' | 'em' | 'del' | 'ins' | 'code';

/** Text that is still to be read, or what was read already. */
export type Part = string | Exclude<Inline, { readonly type: 'text' }>;

type Found = Exclude<Part, string> | string | undefined;

/** Replaces what `pattern` finds in the parts that are still text; undefined: it stays. */
const pass = (
  parts: readonly Part[],
  pattern: RegExp,
  make: (found: RegExpExecArray) => Found,
): readonly Part[] =>
  parts.flatMap((part): readonly Part[] => {
    if (typeof part !== 'string') return [deeper(part, pattern, make)];
    const out: Part[] = [];
    let from = 0;
    for (const found of part.matchAll(pattern)) {
      const made = make(found);
      if (made === undefined) continue;
      out.push(part.slice(from, found.index), made);
      from = found.index + found[0].length;
    }
    return joined([...out, part.slice(from)]);
  });

const deeper = (
  part: Exclude<Part, string>,
  pattern: RegExp,
  make: (found: RegExpExecArray) => Found,
): Exclude<Part, string> =>
  'content' in part ? { ...part, content: pass(part.content.map(open), pattern, make).map(closed) } : part;

/** Text in a phrase is read on by the passes after it. */
const open = (node: Inline): Part => (node.type === 'text' ? node.text : node);
const closed = (part: Part): Inline => (typeof part === 'string' ? { type: 'text', text: part } : part);

const joined = (parts: readonly Part[]): readonly Part[] =>
  parts.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    if (part === '') return all;
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else all.push(part);
    return all;
  }, []);

const macro = /(?<!\\)\{([a-zA-Z][^{}|:\n]*)(:[^{}\n]*)?\}/g;
const protocols = 'https?://|ftps?://|mailto:|nntp://|news:|irc://|file:';
const address = new RegExp(
  `(?<![\\p{L}\\p{N}"[|'!])(?:${protocols})[-_.!~*';/?:@#&=%+$,\\p{L}\\p{N}[\\]()\\\\]+`,
  'giu',
);

/** Macros, links and addresses: what is looked for before anything else, also in the line of a table. */
export const early = (text: string): readonly Part[] => {
  const links = pass(
    pass([text], macro, ([raw]) => ({ type: 'macro', raw })),
    /(?<!\\)\[(?![\s\]])((?:[^[\]\n]|\\[[\]])*?)(?<!\\)\]/g,
    ([, inner = '']) => linkOf(inner),
  );
  return pass(links, address, ([href]) => ({ type: 'link', href, content: [{ type: 'text', text: href }] }));
};

const linkOf = (inner: string): Found => {
  if (inner.startsWith('~')) return { type: 'mention', name: inner.slice(1) };
  if (inner.startsWith('^')) return { type: 'attachment', raw: inner };
  const [first = '', second] = inner.split('|');
  const href = second ?? first;
  return { type: 'link', href, content: [{ type: 'text', text: second === undefined ? href : first }] };
};

const smileys = [
  ':)',
  ':-)',
  ':(',
  ':-(',
  ':P',
  ':-P',
  ':p',
  ':D',
  ':-D',
  ';)',
  ';-)',
  '(y)',
  '(n)',
  '(i)',
  '(/)',
  '(x)',
  '(!)',
  '(+)',
  '(-)',
  '(?)',
  '(on)',
  '(off)',
  '(*)',
  '(*r)',
  '(*g)',
  '(*b)',
  '(*y)',
  '(flag)',
  '(flagoff)',
  '<3',
];
const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const smiley = new RegExp(`(${smileys.map(quoted).join('|')})(?![\\p{L}\\p{Nd}])`, 'gu');

const phrases: readonly (readonly [Phrase, open: string, close: string])[] = [
  ['cite', '\\?\\?', '\\?\\?'],
  ['strong', '\\*', '\\*'],
  ['sup', '\\^', '\\^'],
  ['sub', '~', '~'],
  ['em', '_', '_'],
  ['del', '-', '-'],
  ['ins', '\\+', '\\+'],
  ['code', '\\{\\{', '\\}\\}'],
];
const phrase = (begin: string, end: string): RegExp => {
  const content = `[^\\s${begin}](?:(?!${end})[\\p{L}\\p{Nd}\\p{Z}\\p{S}\\p{M}\\p{P}\\p{Co}]*?[^\\s${end}])??`;
  return new RegExp(
    `(?:(?<![\\p{L}\\p{Nd}\\\\])${begin}|\\{${begin}\\})(${content})(?<!\\\\)(?:${end}(?![\\p{L}\\p{Nd}])|\\{${end}\\})`,
    'gu',
  );
};

/** What is left after `early`. */
export const late = (parts: readonly Part[]): readonly Inline[] => {
  let now = pass(parts, /(?<!\\)\\([-#*_+?^~|%{}[\]()!@])/g, ([, char = '']) =>
    '{}[]'.includes(char) ? char : `&#${char.charCodeAt(0)};`,
  );
  now = pass(now, /&(?:#\d+|#x[\da-f]+|\w+);|[<>&]/gi, ([found]) =>
    found.length > 1 ? found : found === '<' ? '&lt;' : found === '>' ? '&gt;' : '&amp;',
  );
  now = pass(now, /(?<=^|\s)(---?)(?=\s|$)/g, ([dash]) => (dash.length === 3 ? '&#8212;' : '&#8211;'));
  now = pass(now, smiley, ([raw]) => ({ type: 'smiley', raw }));
  now = pass(now, /(?<![\p{L}\p{Nd}\\])!([^\s!][^!\n]*?)(?<![\\\s])!(?![\p{L}\p{Nd}])/gu, ([raw]) => ({
    type: 'image',
    raw,
  }));
  for (const [type, begin, end] of phrases) {
    now = pass(now, phrase(begin, end), ([, inner = '']) => ({
      type,
      content: [{ type: 'text', text: inner }],
    }));
  }
  now = pass(now, /(?<!\\)\\{2}(?!\S*\\)/g, () => ({ type: 'break' }));
  now = pass(now, /\n/g, () => ({ type: 'break' }));
  return now.map(closed).map(decoded);
};

const decoded = (node: Inline): Inline => {
  if (node.type === 'text') return { type: 'text', text: entities(node.text) };
  if (node.type === 'link') return { ...node, content: late(node.content.map(open)) };
  return 'content' in node ? { ...node, content: node.content.map(decoded) } : node;
};

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };
const entities = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi,
    (whole, dec?: string, hex?: string, name?: string) => {
      const code = dec === undefined ? Number.parseInt(hex ?? '', 16) : Number(dec);
      if (name !== undefined) return names[name] ?? whole;
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
