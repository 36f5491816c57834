import { cut, oneLine, remembering } from '../../core/text.ts';
import type { TopologyNode } from '../../rebuild/ports/ports.ts';

/** A line that could not be read; nothing was made of it. */
export interface UnreadLine {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

export interface AaStatus {
  readonly nodes: readonly TopologyNode[];
  readonly unread: readonly UnreadLine[];
  /** Whether it had any of the headings: without one it is something else than a listing. */
  readonly isListing: boolean;
}

const headings: Readonly<Record<string, TopologyNode['kind'] | 'title'>> = {
  'A/A Status': 'title',
  'Classic Frontends': 'frontend',
  'DCR Dynamic Synchronizers': 'synchronizer',
  'DCR Dynamic Farmers': 'farmer',
};

/** Reads an "A/A status" listing. Words that are not known become `?` and are told in `detail`. */
export const parseAaStatus = (listing: string): AaStatus => {
  const nodes: TopologyNode[] = [];
  const unread: UnreadLine[] = [];
  const names = new Set<string>();
  let kind: TopologyNode['kind'] | undefined;
  let isListing = false;
  let line = 0;
  for (const raw of listing.split(listing.includes('\r') ? /\r\n|\r|\n/ : '\n')) {
    line += 1;
    const text = oneLine(raw);
    if (text === '') continue;
    const tell = (why: string) => unread.push({ line, text: cut(text, 160), why });
    const title = text.endsWith(':') ? text.replace(/ ?:$/, '') : text;
    const heading = Object.hasOwn(headings, title) ? headings[title] : undefined;
    if (heading) {
      isListing = true;
      kind = heading === 'title' ? undefined : heading;
      continue;
    }
    const node = nodeLine.exec(text);
    if (!node) {
      // What follows an unknown heading belongs to it, not to the one before.
      if (text.endsWith(':')) kind = undefined;
      tell(text.endsWith(':') ? 'an unknown heading' : 'neither a heading nor a node');
      continue;
    }
    const [, name = '', columns = ''] = node;
    if (!kind) tell('a node under no known heading');
    else if (names.has(name)) tell('a node that is listed twice');
    else {
      const read = readColumns(columns);
      if (typeof read === 'string') tell(read);
      else {
        names.add(name);
        nodes.push({ name, kind, ...read });
      }
    }
  }
  return { nodes, unread, isListing };
};

const nodeLine = /^(\S+?) ?: (.+)$/;

const states = ['SYNCHRONIZED', 'BOOTING', 'DOWN', '?'] as const;
const visibilities = ['visible', 'invisible', 'hidden', '?'] as const;
const syncs = ['sync', 'not sync', '?'] as const;
const readinesses = ['ready', 'waiting', 'unreachable', 'hidden', '?'] as const;

/** The epoch of the dataset stands between `sync` and the readiness, in some listings only. */
const epoch = /^e[0-9a-f]+\.\d+$/;

/** The columns, or why they cannot be told apart. Most nodes have the same, at every look. */
const readColumns = remembering((columns: string): Omit<TopologyNode, 'name' | 'kind'> | string => {
  const words = columns.split(' ');
  const [state, visibility] = words.splice(0, 2);
  const [first, second] = words;
  if (first === 'not' && second !== 'sync') return '“not” without “sync”';
  const sync = words.splice(0, first === 'not' ? 2 : 1).join(' ');
  if (epoch.test(words[0] ?? '')) words.shift();
  const readiness = words.shift();
  if (state === undefined || visibility === undefined || readiness === undefined) return 'too few columns';
  const strange: string[] = [];
  const known = <T extends string>(column: string, all: readonly T[], word: string): T | '?' => {
    const found = all.find((one) => one === word);
    if (found === undefined) strange.push(`${column} “${word}” is unknown`);
    return found ?? '?';
  };
  const stateWord = known('state', states, state);
  const visibleWord = known('visibility', visibilities, visibility);
  // Two of them unknown: a sentence with a colon, not a node.
  if (strange.length > 1) return strange.join(', ');
  return {
    state: stateWord,
    visibility: visibleWord,
    synced: known('sync', syncs, sync) === 'sync',
    readiness: known('readiness', readinesses, readiness),
    detail: cut([...strange, ...(words.length > 0 ? [words.join(' ')] : [])].join('; '), 300),
  };
}, 1_000);
