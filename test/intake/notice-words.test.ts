import { expect, test } from 'vitest';
import { noticeText, noticeTitles } from '../../src/intake/notice-words.ts';

const refused = { source: 'eu-1', detail: 'invalid_data', times: 1 };

test.each([
  [
    { ...refused, code: 'too_large', detail: 'http.max_body_bytes (16 MiB)', times: 1_200 },
    'What eu-1 sends is refused, 1,200 times so far: larger than http.max_body_bytes (16 MiB). The alerts in it are NOT on record and have no threads. Give its Alertmanager a finer group_by or a max_alerts, or raise the limit.',
  ],
  [
    { ...refused, code: 'unauthorized', source: 'Alertmanager/0.25.0 at 10.0.0.7' },
    'What Alertmanager/0.25.0 at 10.0.0.7 sends is refused, once so far: its token is wrong or missing. Its alerts are NOT on record and have no threads. Give it the token that farmhand has.',
  ],
  [
    { ...refused, code: 'unreadable', detail: 'bad_json', times: 6 },
    'What eu-1 sends cannot be read, 6 times so far (last: bad_json). It is kept, and has no threads. See what and why: farmhand dead-letters list. Fix the sender, then: farmhand dead-letters replay.',
  ],
  [
    { ...refused, code: 'partly_unreadable' },
    'Some of what eu-1 sends cannot be read, once so far (last: invalid_data). The rest was taken. What was put aside is kept, and has no threads. See what and why: farmhand dead-letters list. Fix the sender, then: farmhand dead-letters replay.',
  ],
  [
    {
      code: 'truncated',
      source: 'http://alertmanager.example:9093',
      group: '{}:{alertname="A"}',
      left: 1_000,
    },
    'Alertmanager left 1,000 alerts of the group {}:{alertname="A"} out (its max_alerts), at http://alertmanager.example:9093. They are NOT on record and have no threads. See them there, and raise max_alerts or make group_by finer.',
  ],
  [
    { code: 'pair', urls: ['http://7f3c9d:9093', 'http://b0a1e2:9093'] },
    'http://7f3c9d:9093 and http://b0a1e2:9093 send the same alerts with the same start, and nothing says whether they are one highly available pair: each such alert has two threads. A pair: one entry of alertmanagers with external_url: [http://7f3c9d:9093, http://b0a1e2:9093] and a cluster. Two clusters: an entry for each, with a cluster of its own.',
  ],
  [
    { code: 'audit_copy_failing', source: 'audit file of pod-7', error: 'ENOSPC: no space left on device' },
    'The audit file of pod-7 does not take records: ENOSPC: no space left on device. They wait in Redis and are written as soon as it does. Changes go on, unless audit.require names it: then nothing is changed until it does.',
  ],
  [
    { code: 'audit_copy_split', source: 'audit topic farmhand-audit', at: 812 },
    'The audit topic farmhand-audit and the chain in Redis are not the same from record 812 on: one of them is not what was written. It is kept as it is, and not written any more. See the runbook: The audit is not whole.',
  ],
  [
    { code: 'audit_lost', source: 'audit chain', seq: 812 },
    'Redis has lost the audit chain, or its end: record 812 was the last one, and no copy has all of it. It goes on behind that record. See the runbook: The audit is not whole.',
  ],
  [
    { code: 'audit_lost', source: 'audit chain' },
    'Redis has lost records, and the audit chain may have been among them: it begins again, and nothing here knows how far it was. Compare with the checkpoints in tickets and copies: farmhand audit verify --against.',
  ],
  [
    {
      code: 'audit_broken',
      source: 'audit chain',
      error: '1 problems in 9 records; the first: record 4 is missing.',
    },
    'The audit chain is not whole: 1 problems in 9 records; the first: record 4 is missing. See the runbook: The audit is not whole.',
  ],
  [
    { code: 'shared', group: 'farmhand', readers: ['console-consumer at 10.0.0.7'] },
    'The Kafka group farmhand is also read by console-consumer at 10.0.0.7, which is not farmhand: it gets a part of the partitions. Alerts in them are NOT on record and have no threads. Stop it, or give it a group of its own; then read again what it took: farmhand replay --from ….',
  ],
  [{ code: 'pair_over' }, 'for a day the two sent nothing alike that was taken for two'],
  [
    { code: 'not_again', hours: 2 },
    'it did not come again for 2 hours: its cause is fixed, has gone, or comes from another address',
  ],
] as const)('what farmhand says of those who send to it: %o', (notice, text) => {
  expect(noticeText(notice)).toBe(text);
});

test('and what its alerts are called', () => {
  expect(noticeTitles).toEqual({
    refused: 'Source refused',
    truncated: 'Alerts left out',
    pair: 'Two Alertmanagers, the same alerts',
    shared: 'Kafka group shared with others',
    audit: 'Audit in trouble',
  });
});
