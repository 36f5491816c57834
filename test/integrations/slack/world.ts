import type { Alert, Note } from '../../../src/alerts/model/alert.ts';
import type { Digest } from '../../../src/alerts/model/digest.ts';
import type { ThreadViews } from '../../../src/integrations/slack/threads.ts';
import type { Log } from '../../../src/observability/log.ts';
import type { ViewContext } from '../../../views/context.ts';
import { alertNotes } from '../../../views/messages/alerts/alert-notes.ts';
import { alertRoot } from '../../../views/messages/alerts/alert-root.ts';
import { digestMessage } from '../../../views/messages/alerts/digest.ts';
import { groupMembers } from '../../../views/messages/alerts/group-members.ts';

/** Keeps what was logged. */
export const keptLog = (): Log & { readonly lines: readonly string[] } => {
  const lines: string[] = [];
  const keep = (_: unknown, message: string) => void lines.push(message);
  return { debug: keep, info: keep, warn: keep, error: keep, lines };
};

let count = 0;
/** A complete alert that waits for its thread; ids are unique. */
export const anAlert = (over: Partial<Alert> = {}): Alert => {
  count++;
  const now = Date.now();
  return {
    id: `689b55798b76c552-${now.toString(36)}${count}`,
    version: 1,
    fingerprint: '689b55798b76c552',
    type: 'alertmanager',
    source: 'alertmanager',
    tier: 'default',
    name: 'HighErrorRate',
    severity: 'critical',
    summary: '5xx ratio 12%',
    labels: { alertname: 'HighErrorRate', service: 'checkout' },
    annotations: {},
    links: {},
    status: 'firing',
    startsAt: now,
    firstStartsAt: now,
    eventTime: now,
    lastSeen: now,
    fired: 1,
    events: 1,
    route: 'all',
    channel: 'C0ALERTS',
    thread: { state: 'wanted', since: now, event: `event-${count}` },
    notes: [],
    noteCount: 0,
    actions: [],
    ...over,
  };
};

export const aNote = (over: Partial<Note> = {}): Note => ({
  n: 1,
  kind: 'resolved',
  at: Date.now(),
  ...over,
});

export const aDigest = (over: Partial<Digest> = {}): Digest => {
  count++;
  const now = Date.now();
  return {
    channel: 'C0ALERTS',
    id: `C0ALERTS-${now.toString(36)}${count}`,
    version: 1,
    state: 'wanted',
    startedAt: now,
    updatedAt: now,
    waiting: [{ severity: 'critical', name: 'HighErrorRate', service: 'checkout', count: 30 }],
    waitingCount: 30,
    folded: [],
    folding: [],
    foldedCount: 0,
    threaded: 0,
    threadsBefore: 0,
    ...over,
  };
};

const viewContext: ViewContext = { allowedHosts: [], now: Date.UTC(2026, 10, 20, 14, 13, 42) };

/** farmhand's own views, at a fixed time. */
export const views: ThreadViews = {
  root: (facts) => alertRoot(facts, viewContext),
  notes: (facts, notes) => alertNotes(facts, notes, viewContext),
  members: (page) => groupMembers(page, viewContext),
  digest: (digest) => digestMessage(digest, viewContext),
};
