import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { cut, oneLine } from '../../../core/text.ts';
import type { ValuesProblem } from '../../../rebuild/ports/ports.ts';
import { closedBy, otherThanYaml } from './encrypted.ts';

/** Bytes. Values files are a few kilobytes; a parser fed with megabytes of keys keeps everybody waiting. */
export const maxFileBytes = 64 * 1024;

type Path = readonly PropertyKey[];

/** A number of the file and where its digits stand, in UTF-16 units. */
export interface NumberAt {
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** A values file as it was read: Helm's as well, so most of it is none of farmhand's business. */
export interface ValuesDocument {
  /** The value of a key at the top, as plain data; undefined where there is none. */
  value(key: string): unknown;
  /** The keys of a mapping, in order; none where there is no mapping. */
  keys(path: Path): readonly string[];
  /** The line of the deepest part of `path` that exists, from 1; undefined where not even its beginning does. */
  line(path: Path): number | undefined;
  /** The plain whole number at `path`, or why it is none. */
  number(path: readonly string[]): NumberAt | { readonly problem: string; readonly line?: number };
}

export type ValuesRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ValuesProblem[] };

/** The text of a file; `file` is for messages. Bytes that are no UTF-8 are refused: they could not be kept. */
export const decodeValues = (file: string, bytes: Uint8Array): ValuesRead<string> => {
  if (bytes.byteLength > maxFileBytes) return refuse(file, tooLarge(bytes.byteLength));
  const other = otherThanYaml(bytes);
  if (other !== undefined) return refuse(file, other);
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return refuse(file, 'is not UTF-8 text; save it as UTF-8');
  }
};

export const tooLarge = (bytes: number): string =>
  `is ${Math.ceil(bytes / 1024)} KiB long; farmhand reads values files of up to ${maxFileBytes / 1024} KiB`;

/** A file that is wrong throughout is not worth more lines. */
const problemsAtMost = 20;

/**
 * Reads YAML. Aliases and merges are refused where farmhand reads, never expanded: a file could otherwise say one
 * thing to a person and another to Helm, or grow without bound. `reads`: the keys at the top that are farmhand's.
 */
export const readDocument = (
  file: string,
  text: string,
  reads: readonly string[],
): ValuesRead<ValuesDocument> => {
  try {
    return readParts(file, text, reads);
  } catch (error) {
    // The parser calls itself for each level: the only error it throws is that of a stack that is used up.
    if (error instanceof RangeError) return refuse(file, 'is nested too deeply to be read');
    throw error;
  }
};

const readParts = (file: string, text: string, reads: readonly string[]): ValuesRead<ValuesDocument> => {
  const lines = new LineCounter();
  // The parser's own look for keys that are there twice takes a second for 60 KiB of keys.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const all = document.errors.map((error) => ({
      file,
      line: lineAt(error.pos[0]),
      message: wordsOf(error),
    }));
    const different = [
      ...new Map(all.map((problem) => [`${problem.line} ${problem.message}`, problem])).values(),
    ];
    return { ok: false, problems: different.slice(0, problemsAtMost) };
  }
  const root = document.contents;
  if (!isMap(root)) return refuse(file, 'must be a mapping of keys to values', 1);
  const twice = keysTwice(root);
  if (twice.length > 0) {
    const problems = twice.map(({ key, offset }) => ({
      file,
      line: lineAt(offset),
      message: `the key ${cut(oneLine(key), 60)} is there twice; keep one`,
    }));
    return { ok: false, problems: problems.slice(0, problemsAtMost) };
  }
  const values = new Map<string, unknown>();
  const problems = root.items.flatMap(({ key, value }): ValuesProblem[] => {
    const name = isScalar(key) ? key.value : undefined;
    const at = lineAt((isScalar(key) || isAlias(key) ? key.range?.[0] : undefined) ?? 0);
    if (name === '<<')
      return [{ file, line: at, message: 'merges (<<) are not followed; write the values out' }];
    if (typeof name !== 'string' || !reads.includes(name)) return [];
    const aliases = aliasesIn(value);
    if (aliases.length === 0 && isNode(value)) values.set(name, value.toJS(document));
    return aliases.map(({ offset }) => ({
      file,
      line: offset === undefined ? at : lineAt(offset),
      message: `${name}: aliases (*) and merges (<<) are not followed; write the value out`,
    }));
  });
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, problemsAtMost) };
  return { ok: true, value: documentOf(text, values, root, lineAt) };
};

const wordsOf = ({ code, message }: YAMLError): string => {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a values file is one';
  if (/call stack/i.test(message)) return 'is nested too deeply to be read';
  return `is not YAML: ${cut(oneLine(message), 200)}`;
};

const keysTwice = (root: Node): readonly { readonly key: string; readonly offset: number }[] => {
  const found: { readonly key: string; readonly offset: number }[] = [];
  visit(root, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ key: String(key.value), offset: key.range?.[0] ?? 0 });
        seen.add(key.value);
      }
    },
  });
  return found;
};

const documentOf = (
  text: string,
  values: ReadonlyMap<string, unknown>,
  root: Node,
  lineAt: (offset: number) => number,
): ValuesDocument => {
  const line = (path: Path): number | undefined => {
    const offset = offsetOf(root, path);
    return offset === undefined ? undefined : lineAt(offset);
  };
  return {
    line,
    value: (key) => values.get(key),
    keys(path) {
      const node = at(root, path);
      return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
    },
    number(path) {
      const where = line(path);
      const refused = (problem: string, offset?: number) => {
        const found = offset === undefined ? where : lineAt(offset);
        return { problem, ...(found !== undefined && { line: found }) };
      };
      const closed = closedBy(root);
      if (closed) return refused(closed.problem, closed.offset);
      const [alias] = aliasesIn(at(root, path.slice(0, 1)));
      if (alias) return refused('is beside an alias (*) or a merge (<<); write the values out', alias.offset);
      const shared = onTheWay(root, path);
      if (shared) return refused(shared.problem, shared.offset);
      const node = at(root, path);
      if (node === undefined) return refused('is not there');
      if (!isScalar(node) || !node.range) return refused('must be a whole number, written out');
      const [start, end] = node.range;
      if (!/^(0|[1-9]\d{0,6})$/.test(text.slice(start, end))) {
        return refused('must be a plain whole number: no quotes, no sign, no leading zero');
      }
      return { value: Number(text.slice(start, end)), start, end };
    },
  };
};

/** What on the way to a number would make more change than this number, or something else than a number. */
const onTheWay = (
  root: Node,
  path: readonly string[],
): { readonly problem: string; readonly offset?: number } | undefined => {
  for (let depth = 0; depth <= path.length; depth++) {
    const node = at(root, path.slice(0, depth));
    if (isSeq(node) && depth < path.length)
      return { problem: 'is in a list, where farmhand changes nothing; give it a key' };
    if (!isMap(node) && !isScalar(node)) continue;
    const own = depth === path.length;
    const place = own ? 'has' : `is under ${depth === 0 ? 'a file' : path.slice(0, depth).join('.')} with`;
    const offset = own || depth === 0 ? {} : { offset: offsetOf(root, path.slice(0, depth)) ?? 0 };
    if (node.anchor !== undefined)
      return { problem: `${place} an anchor (&), so other values would change with it`, ...offset };
    if (node.tag !== undefined)
      return { problem: `${place} a tag (${cut(oneLine(node.tag), 40)}); write it plainly`, ...offset };
  }
  return undefined;
};

const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, key) => {
    if (isMap(node)) return node.items.find((item) => isScalar(item.key) && item.key.value === key)?.value;
    return isSeq(node) && typeof key === 'number' ? node.items[key] : undefined;
  }, root);

/** Where the deepest part of `path` begins that exists: a key's own place rather than its value's. */
const offsetOf = (root: unknown, path: Path): number | undefined => {
  let offset: number | undefined;
  let node = root;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (!pair) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      if (isMap(node) || isSeq(node) || isScalar(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
};

const aliasesIn = (value: unknown): readonly { readonly offset: number | undefined }[] => {
  if (isAlias(value)) return [{ offset: value.range?.[0] }];
  if (!isMap(value) && !isSeq(value)) return [];
  const found: { readonly offset: number | undefined }[] = [];
  visit(value, {
    Alias: (_, alias) => void found.push({ offset: alias.range?.[0] }),
    Pair: (_, { key }) =>
      void (isScalar(key) && key.value === '<<' && found.push({ offset: key.range?.[0] })),
  });
  return found;
};

const refuse = (
  file: string,
  message: string,
  line?: number,
): { readonly ok: false; readonly problems: readonly ValuesProblem[] } => ({
  ok: false,
  problems: [{ file, ...(line !== undefined && { line }), message }],
});
