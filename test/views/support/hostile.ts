import fc from 'fast-check';
import type { Alert, Note, NoteKind } from '../../../src/alerts/model/alert.ts';
import type { Digest, DigestGroup } from '../../../src/alerts/model/digest.ts';
import type { RouteExplanation } from '../../../src/alerts/model/routing.ts';
import { type RootFacts, rootFacts } from '../../../src/alerts/thread/root-facts.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { Person } from '../../../src/core/person.ts';
import { severities } from '../../../src/core/severity.ts';
import { aDigest, anAlert } from './builders.ts';

const nasty = [
  '<!channel>',
  '<!here|x>',
  '<@U01ANA>',
  '<!subteam^S1>',
  '<http://evil.example|Runbook>',
  '<!date^0^{time}|now>',
  '&lt;!everyone&gt;',
  '*bold* _it_ ~no~ `code` ```pre```',
  '> quote\n> more',
  ':white_check_mark: Resolved',
  'a\u202egnp.exe\u2066',
  '\u0000\u0007\u001b[31m',
  '👩‍👩‍👧‍👦🏳️‍🌈é\u0301\u0301\u0301',
  '\ud800',
  '|',
  '\n\n\n',
  '',
  ' ',
] as const;

/** Text as somebody would write it who wants to break or abuse the message; also very long. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...nasty), { maxLength: 6 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...nasty, 'x', '&', '<', '`', 'a b '), fc.integer({ min: 1, max: 6000 }))
    .map(([part, times]) => part.repeat(times).slice(0, 20_000)),
);

export const hostileUrl: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  fc.webUrl(),
  fc.constantFrom(
    'https://runbooks.example/x?a=1&b=<>|`"',
    'https://user:pw@runbooks.example/',
    'https://runbooks.example.evil.example/',
    'javascript:alert(1)',
    'https://runbooks.example/|<!channel>',
    'https://a.grafana.example/d/1',
    'file:///etc/passwd',
    `https://runbooks.example/${'x'.repeat(4000)}`,
  ),
);

const time = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }),
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 9e15),
);

const record = fc.dictionary(hostileText, fc.oneof(hostileText, hostileUrl), { maxKeys: 60 });

const person: fc.Arbitrary<Person> = fc.oneof(
  fc.record({ id: fc.oneof(hostileText, fc.constantFrom('U01ANA', 'api', 'farmhand')) }),
  fc.record({ id: fc.constantFrom('U01ANA', '<!here>'), name: hostileText }),
);

export const hostileAlert: fc.Arbitrary<Alert> = fc
  .record({
    status: fc.constantFrom('firing', 'resolved'),
    severity: fc.constantFrom(...severities),
    name: hostileText,
    summary: hostileText,
    tier: hostileText,
    source: hostileText,
    route: hostileText,
    channel: fc.oneof(hostileText, fc.constant('C01ALERTS')),
    labels: record,
    annotations: record,
    links: fc.record({ runbook: hostileUrl, dashboard: hostileUrl, generator: hostileUrl }),
    startsAt: time,
    firstStartsAt: time,
    endsAt: time,
    fired: fc.integer({ min: 1, max: 1e9 }),
    ack: fc.option(fc.record({ by: person, at: time }), { nil: undefined }),
    silence: fc.option(fc.record({ by: person, until: time, reason: hostileText }), { nil: undefined }),
    pinned: fc.option(fc.record({ by: person, at: time, text: hostileText }), { nil: undefined }),
    previous: fc.option(fc.record({ id: hostileText, channel: hostileText, ts: hostileText }), {
      nil: undefined,
    }),
    failures: fc.array(hostileText, { maxLength: 8 }),
    ticket: fc.option(fc.record({ id: hostileText, url: hostileUrl }), { nil: undefined }),
  })
  .map(({ ack, silence, pinned, previous, failures, ticket, ...rest }) =>
    anAlert({
      ...rest,
      ...(ack && { ack }),
      ...(silence && { silence }),
      ...(pinned && { pinned }),
      ...(previous && { previous }),
      actions: [
        ...failures.map((error, i) => ({
          ...waiting,
          key: `api_task-${i}`,
          state: 'failed' as const,
          error,
        })),
        ...(ticket ? [{ ...waiting, key: 'ticket', state: 'done' as const, outcome: ticket }] : []),
      ],
    }),
  );

const waiting = { kind: 'ticket', attempts: 1, nextAt: 0, at: 0, spec: { kind: 'ticket' } } as const;

export const hostileFacts: fc.Arbitrary<RootFacts> = fc
  .tuple(
    hostileAlert,
    fc.boolean(),
    fc.array(fc.record({ label: hostileText, value: hostileText }), { maxLength: 8 }),
  )
  .map(([alert, possibleDuplicate, subject]) => ({ ...rootFacts(alert), possibleDuplicate, subject }));

const kinds: readonly NoteKind[] = [
  'acknowledged',
  'assigned',
  'unacknowledged',
  'resolved',
  'refired',
  'severity',
  'silenced',
  'ticket',
  'api_task',
  'rebuild',
  'rebuild_proposed',
  'action_failed',
];

export const hostileNotes: fc.Arbitrary<readonly Note[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      at: time,
      by: fc.option(person),
      text: hostileText,
      url: fc.option(hostileUrl),
    })
    .map(({ by, url, ...rest }, n = 1) => ({ ...rest, n, ...(by && { by }), ...(url !== null && { url }) })),
  { minLength: 1, maxLength: 40 },
);

const group: fc.Arbitrary<DigestGroup> = fc.record({
  severity: fc.constantFrom(...severities),
  name: hostileText,
  service: hostileText,
  count: fc.integer({ min: 1, max: 1e6 }),
});

export const hostileDigest: fc.Arbitrary<Digest> = fc
  .record({
    state: fc.constantFrom('open', 'closed'),
    waiting: fc.array(group, { maxLength: 60 }),
    folded: fc.array(group, { maxLength: 60 }),
    startedAt: time,
    updatedAt: time,
    extra: fc.integer({ min: 0, max: 1e7 }),
  })
  .map(({ extra, ...rest }) => {
    const sum = (groups: readonly DigestGroup[]): number =>
      groups.reduce((all, one) => all + one.count, extra);
    return aDigest({
      ...rest,
      waitingCount: sum(rest.waiting),
      foldedCount: sum(rest.folded),
      threaded: extra,
    });
  });

export const hostileTrail: fc.Arbitrary<{
  explanation: RouteExplanation;
  journal: readonly JournalEntry[];
}> = fc.record({
  explanation: fc.record({
    route: hostileText,
    tried: fc.array(fc.record({ route: hostileText, matched: fc.boolean(), why: hostileText }), {
      maxLength: 60,
    }),
  }),
  journal: fc.array(fc.record({ at: time, who: hostileText, what: hostileText, why: hostileText }), {
    maxLength: 200,
  }),
});
