import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { EventRecord } from '../../../src/alerts/model/event-record.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { severities } from '../../../src/core/severity.ts';
import { decodeAlert, encodeAlert, headOnly } from '../../../src/integrations/redis/alerts/alert-format.ts';
import {
  decodeEvent,
  decodeLine,
  encodeEvent,
  encodeLine,
} from '../../../src/integrations/redis/alerts/event-format.ts';
import { anEvent } from '../../builders/event.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '0', 'critical', 'a|b', '__proto__'),
);
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const texts = fc.dictionary(
  fc.constantFrom('alertname', 'severity', 'summary', 'runbook_url', 'dashboard_url', 'service'),
  text,
  { noNullPrototype: true },
);
/** Plain objects, without fields that are undefined. */
const present = <T extends object>(value: T): T =>
  structuredClone(Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T);

const alerts: fc.Arbitrary<Alert> = fc
  .record({
    version: fc.nat(),
    fingerprint: fc.stringMatching(/^[0-9a-f]{16}$/),
    id: fc.stringMatching(/^[0-9a-f]{16}-[0-9a-z]{1,9}$/),
    type: fc.constantFrom('alertmanager' as const, 'adhoc' as const, 'dcr' as const),
    source: text,
    tier: text,
    name: text,
    severity: fc.constantFrom(...severities),
    summary: text,
    labels: texts,
    annotations: texts,
    links: fc
      .record({
        generator: optional(text),
        runbook: optional(text),
        dashboard: optional(text),
        alertmanager: optional(text),
      })
      .map(present),
    status: fc.constantFrom('firing' as const, 'resolved' as const),
    startsAt: time,
    firstStartsAt: time,
    endsAt: optional(time),
    eventTime: time,
    lastSeen: time,
    fired: fc.nat(),
    events: fc.nat(),
    ack: optional(
      fc
        .record({ by: fc.record({ id: text }), at: time, assignedBy: optional(fc.record({ id: text })) })
        .map(present),
    ),
    pinned: optional(fc.record({ by: fc.record({ id: text }), text, at: time })),
    silence: optional(fc.record({ by: fc.record({ id: text }), reason: text, until: time })),
    route: text,
    channel: text,
    thread: fc.oneof(
      fc.constant({ state: 'none' as const }),
      fc.record({ state: fc.constant('wanted' as const), since: time, event: text }),
      fc.record({ state: fc.constant('open' as const), ts: text, at: time, shown: text }),
    ),
    notes: fc.array(fc.record({ n: fc.nat(), kind: fc.constant('resolved' as const), at: time })),
    noteCount: fc.nat(),
    actions: fc.constant([]),
    opening: optional(fc.record({ at: time, event: text })),
    previous: optional(fc.record({ id: text })),
    instance: optional(text),
    rebuild: optional(fc.record({ id: text, channel: text, ts: optional(text) }).map(present)),
  })
  .map((alert) => present(alert) as Alert);

test('an alert comes back as it was written, with the version of the write', () => {
  fc.assert(
    fc.property(alerts, fc.nat(), (alert, version) => {
      expect(decodeAlert(encodeAlert(alert, version))).toStrictEqual({ ...alert, version });
    }),
  );
});

const route = { route: 'default', channel: 'C01', thread: true, actions: [] };

test('what an alert says twice is written once', () => {
  const alert = openAlert(
    anEvent({ annotations: { summary: 'said once', runbook_url: 'https://runbooks.example/x' } }),
    route,
  );
  const said = { ...alert, summary: 'said once', links: { runbook: 'https://runbooks.example/x' } };
  const written = encodeAlert(said, 1);
  expect(written.match(/said once/g)).toHaveLength(1);
  expect(written.match(/runbooks\.example/g)).toHaveLength(1);
  expect(written.match(/689b55798b76c552/g)).toHaveLength(1);
});

const events: fc.Arbitrary<EventRecord> = fc
  .record({
    id: text,
    type: optional(text),
    source: optional(text),
    tier: optional(text),
    time: optional(time),
    receivedAt: time,
    position: fc.oneof(
      fc.record({
        via: fc.constant('kafka' as const),
        topic: text,
        partition: fc.nat(),
        offset: text,
        index: fc.nat(),
      }),
      fc.record({ via: fc.constant('http' as const), request: text, index: fc.nat() }),
    ),
    reason: fc.constantFrom('opened' as const, 'duplicate_id' as const, 'bad_json' as const),
    detail: optional(text),
    alertId: optional(text),
  })
  .map((event) => present(event) as EventRecord);

test('an event record comes back as it was written', () => {
  fc.assert(
    fc.property(events, (event) => {
      expect(decodeEvent(event.id, encodeEvent(event))).toStrictEqual(event);
    }),
  );
});

test('a line of a journal comes back as it was written', () => {
  const lines = fc
    .record({ at: time, who: fc.oneof(text, fc.constant('farmhand')), what: text, why: optional(text) })
    .map((line) => present(line) as JournalEntry);
  fc.assert(
    fc.property(lines, (line) => {
      expect(decodeLine(encodeLine(line))).toStrictEqual(line);
    }),
  );
});

test('what is only seen again is written over the head of the record, and comes back the same', () => {
  const seen = fc.record({ events: fc.nat(), eventTime: time, lastSeen: time });
  fc.assert(
    fc.property(alerts, seen, (before, news) => {
      const after = { ...before, ...news };
      const head = headOnly(before, after, before.version + 1);
      if (head === undefined) return;
      const written = head + encodeAlert(before, before.version).slice(head.length);
      expect(decodeAlert(written)).toStrictEqual({ ...after, version: before.version + 1 });
    }),
  );
});

test('more than the head is written when anything else has changed, or has gone', () => {
  const alert = { ...openAlert(anEvent(), route), ack: { by: { id: 'U01' }, at: 1 } };
  const { ack: _, ...without } = alert;
  expect(headOnly(alert, { ...alert, events: 2 }, 1)).toMatch(/^1\|2\|/);
  expect(headOnly(alert, { ...alert, fired: 2 }, 1)).toBeUndefined();
  expect(headOnly(alert, without, 1)).toBeUndefined();
  expect(headOnly(without, alert, 1)).toBeUndefined();
});

test('a head that has grown longer takes the whole record with it', () => {
  const alert = { ...openAlert(anEvent(), route), version: 9 };
  expect(headOnly(alert, { ...alert, events: 2 }, 10)).toBeUndefined();
});
