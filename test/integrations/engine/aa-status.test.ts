import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAaStatus } from '../../../src/integrations/engine/aa-status.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/aa-status-${name}.txt`, import.meta.url), 'utf8');

const dataset = '5f5e38d65f5e38d6';
const thrift = 'org.apache.thrift.transport.TTransportException';
const down = { state: 'DOWN', visibility: 'invisible', synced: false } as const;

test('a real listing during a rebuild: an epoch column for frontends, question marks, Thrift exceptions', () => {
  const frontend = { kind: 'frontend', state: 'SYNCHRONIZED', visibility: 'visible', synced: true } as const;
  const farmer = (n: number) => ({ name: `systemdcrtest1-dcr-farmer-${n}`, kind: 'farmer' }) as const;
  expect(parseAaStatus(fixture('during'))).toEqual({
    isListing: true,
    unread: [],
    nodes: [
      ...[1, 2, 3].map((n) => ({
        name: `systemdcrtest1-fe${n}`,
        ...frontend,
        readiness: 'ready',
        detail: dataset,
      })),
      {
        name: 'systemdcrtest1-dcr-sync-0',
        kind: 'synchronizer',
        state: 'BOOTING',
        visibility: 'invisible',
        synced: false,
        readiness: 'waiting',
        detail: 'Inactive',
      },
      { ...farmer(0), state: '?', visibility: '?', synced: false, readiness: 'unreachable', detail: thrift },
      { ...farmer(1), ...down, readiness: 'unreachable', detail: thrift },
      { ...farmer(2), ...down, readiness: 'unreachable', detail: thrift },
    ],
  });
});

test('a real listing after a rebuild: the farmers read DOWN, hidden, Inactive', () => {
  expect(parseAaStatus(fixture('complete'))).toEqual({
    isListing: true,
    unread: [],
    nodes: [
      {
        name: 'systemdcrtest1-dcr-sync-0',
        kind: 'synchronizer',
        state: 'SYNCHRONIZED',
        visibility: 'visible',
        synced: true,
        readiness: 'ready',
        detail: dataset,
      },
      ...[0, 1, 2].map((n) => ({
        name: `systemdcrtest1-dcr-farmer-${n}`,
        kind: 'farmer',
        ...down,
        readiness: 'hidden',
        detail: 'Inactive',
      })),
    ],
  });
});

test('tabs or spaces between the columns, CRLF or LF, are the same', () => {
  const listing = fixture('during');
  const expected = parseAaStatus(listing);
  const tabbed = listing.replaceAll(/ {2,}/g, '\t');
  expect(parseAaStatus(tabbed)).toEqual(expected);
  expect(parseAaStatus(tabbed.replaceAll('\n', '\r\n'))).toEqual(expected);
  expect(parseAaStatus(listing.replaceAll(/[ \t]+/g, ' '))).toEqual(expected);
});

const farmers = (...lines: string[]) => parseAaStatus(['DCR Dynamic Farmers:', ...lines].join('\n'));

test('a word that is not known becomes ? and is told', () => {
  expect(farmers('f-0 : REPLAYING invisible not sync ready x').nodes).toEqual([
    {
      name: 'f-0',
      kind: 'farmer',
      state: '?',
      visibility: 'invisible',
      synced: false,
      readiness: 'ready',
      detail: 'state “REPLAYING” is unknown; x',
    },
  ]);
  expect(farmers('f-0 : DOWN hidden resync napping Inactive').nodes).toEqual([
    {
      name: 'f-0',
      kind: 'farmer',
      state: 'DOWN',
      visibility: 'hidden',
      synced: false,
      readiness: '?',
      detail: 'sync “resync” is unknown; readiness “napping” is unknown; Inactive',
    },
  ]);
});

test('an exception keeps its message, a name its port', () => {
  const [node] = farmers(`f-0:9090 : ? ? ? unreachable ${thrift}: Connection  refused`).nodes;
  expect(node).toMatchObject({ name: 'f-0:9090', detail: `${thrift}: Connection refused` });
});

test('what cannot be read is collected with its line and reason, and the rest is read', () => {
  const good = 'f-0 : DOWN invisible not sync hidden Inactive';
  const listing = [
    good,
    'A/A Status:',
    good,
    'DCR Dynamic Farmers:',
    good,
    good,
    'Note: the farm is being moved to another cluster',
    'f-1 : DOWN invisible',
    'f-2 : DOWN invisible not ready unreachable',
    '(none)',
    'DCR Dynamic Painters:',
    'p-0 : DOWN invisible not sync hidden Inactive',
  ];
  const { nodes, unread } = parseAaStatus(listing.join('\n'));
  expect(nodes.map(({ name }) => name)).toEqual(['f-0']);
  expect(unread.map(({ line, why }) => [line, why])).toEqual([
    [1, 'a node under no known heading'],
    [3, 'a node under no known heading'],
    [6, 'a node that is listed twice'],
    [7, 'state “the” is unknown, visibility “farm” is unknown'],
    [8, 'too few columns'],
    [9, '“not” without “sync”'],
    [10, 'neither a heading nor a node'],
    [11, 'an unknown heading'],
    [12, 'a node under no known heading'],
  ]);
});

test('a page is not a listing', () => {
  expect(parseAaStatus('<html>\n<b>Sign in : to go on with your work</b>').isListing).toBe(false);
  expect(parseAaStatus('').isListing).toBe(false);
});

test('any node that is written down is read as it was', () => {
  const name = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
    .filter((text) => /^\S+$/.test(text) && !text.endsWith(':'));
  const node = fc.record({
    name,
    state: fc.constantFrom('SYNCHRONIZED', 'BOOTING', 'DOWN', '?'),
    visibility: fc.constantFrom('visible', 'invisible', 'hidden', '?'),
    sync: fc.constantFrom('sync', 'not sync', '?'),
    at: fc.constantFrom('', ' e686.131'),
    readiness: fc.constantFrom('ready', 'waiting', 'unreachable', 'hidden', '?'),
    detail: fc.constantFrom('', 'Inactive', dataset, `${thrift}: a : b`),
  });
  const gap = fc.constantFrom(' ', '\t', '     ', ' \t ');
  fc.assert(
    fc.property(fc.uniqueArray(node, { selector: (n) => n.name, maxLength: 8 }), gap, (nodes, space) => {
      const lines = nodes.map(
        (n) =>
          `${space}${n.name}${space}: ${n.state}${space}${n.visibility}${space}${n.sync}${n.at}${space}${n.readiness}${space}${n.detail}`,
      );
      expect(parseAaStatus(['DCR Dynamic Synchronizers:', ...lines].join('\n'))).toEqual({
        isListing: true,
        unread: [],
        nodes: nodes.map(({ at: _, sync, ...n }) => ({
          ...n,
          kind: 'synchronizer',
          synced: sync === 'sync',
        })),
      });
    }),
  );
});

test('whatever comes, every line with text is a heading, a node or told as unread', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'DCR Dynamic Farmers:',
      'A/A Status:',
      '__proto__',
      'constructor:',
      'f : DOWN visible sync ready x',
    ),
    fc.string({
      unit: fc.constantFrom(' ', ':', '?', '\t', 'not', 'sync', 'DOWN', 'visible', '\u202e', '\u0000'),
    }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const { nodes, unread } = parseAaStatus(lines.join('\n'));
      for (const node of nodes) {
        expect(node.name).not.toMatch(/\s|\p{Cc}|\p{Bidi_Control}/u);
        expect(node.detail).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      }
      for (const { text } of unread) expect(text).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      expect(nodes.length + unread.length).toBeLessThanOrEqual(lines.join('\n').split(/\r\n|\r|\n/).length);
    }),
  );
});
