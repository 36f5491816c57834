import type { GroupKey, GroupMembers, MemberRow } from '../../src/alerts/model/group.ts';
import { t0 } from './event.ts';

export const aGroupKey = (over: Partial<GroupKey> = {}): GroupKey => ({
  channel: 'C01ALERTS',
  route: 'default',
  by: { alertname: 'Down', service: 'checkout' },
  type: 'alertmanager',
  source: 'alertmanager',
  tier: 'default',
  ...over,
});

/** A member that fires; `n` tells it from the others. */
export const aRow = (n: number, over: Partial<MemberRow> = {}): MemberRow => ({
  id: `${n.toString(16).padStart(16, '0')}-${t0.toString(36)}`,
  name: 'Down',
  about: `node-${n}`,
  severity: 'critical',
  status: 'firing',
  startsAt: t0,
  joined: t0,
  ...over,
});

export const someMembers = (rows: readonly MemberRow[], over: Partial<GroupMembers> = {}): GroupMembers => ({
  key: aGroupKey(),
  rows,
  seq: '1',
  ...over,
});
