import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { Problem } from '../core/errors.ts';

type Path = readonly PropertyKey[];

/** A config file that has been read: its data, and where in the text each part of it stands. */
export interface ConfigSource {
  readonly data: unknown;
  /** `farmhand.yml:12 slack.default_channel`; for what is not there, the line of the nearest part above it. */
  readonly locate: (path: Path) => string;
  /** The line of `path`, 1 for the first. */
  readonly line: (path: Path) => number;
}

/** Parses the YAML `text`; `file` is for messages only. Syntax errors and duplicate keys are all told at once. */
export const parseSource = (
  file: string,
  text: string,
):
  | { readonly ok: true; readonly source: ConfigSource }
  | { readonly ok: false; readonly problems: Problem[] } => {
  const strange = notText(text);
  if (strange !== undefined) return { ok: false, problems: [{ path: file, message: strange }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const problems = [...document.errors, ...document.warnings].map(
    (error): Problem => ({
      path: `${file}:${lines.linePos(error.pos[0]).line}`,
      message:
        error.code === 'DUPLICATE_KEY'
          ? `the key ${JSON.stringify(wordAt(text, error.pos[0]))} is there twice; keep one`
          : error.message,
    }),
  );
  if (problems.length > 0) return { ok: false, problems };

  let data: unknown;
  try {
    data = document.toJS();
  } catch (error) {
    // Aliases that expand without bound, or to an anchor that is not there.
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ path: `${file}:1`, message }] };
  }
  if (data !== null && data !== undefined && !isMap(document.contents)) {
    const what = Array.isArray(data) ? 'a list' : 'one text';
    const message = `is ${what}, and must be a group of keys: slack:, kafka: and so on, as the farmhand.yml of the repository shows`;
    return { ok: false, problems: [{ path: file, message }] };
  }
  const line = (path: Path): number => {
    const offset = offsetOf(document.contents, path);
    return offset === undefined ? 1 : lines.linePos(offset).line;
  };
  return {
    ok: true,
    source: { data: data ?? {}, line, locate: (path) => `${file}:${line(path)} ${formatPath(path)}`.trim() },
  };
};

/** Why `text` is not the text of a config file: an archive, a program, a text in another encoding. */
const notText = (text: string): string | undefined => {
  const rest = 'a config file is YAML in UTF-8. Name the right file, or save it as UTF-8';
  // What YAML allows in no place (YAML 1.2, 5.1); NUL is in every binary file, and in UTF-16.
  if (/[^\P{Cc}\t\n\r\x7f-\x9f]/u.test(text)) return `is not a text file: ${rest}`;
  const at = text.indexOf('\ufffd');
  if (at < 0) return undefined;
  const line = text.slice(0, at).split('\n').length;
  return `has bytes in line ${line} that are not UTF-8: ${rest}`;
};

/** `routes[2].actions[0].api_task` */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

/** Where the deepest part of `path` begins that exists; a key's own place rather than its value's. */
const offsetOf = (root: Node | null, path: Path): number | undefined => {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === key);
      if (!pair) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node && Array.isArray(node.items) && typeof key === 'number') {
      node = node.items[key];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
};

const wordAt = (text: string, offset: number): string => /^[^\s:]*/.exec(text.slice(offset))?.[0] ?? '';
