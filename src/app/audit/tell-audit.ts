import { hostname } from 'node:os';
import type { InstanceLinks } from '../../alerts/evolve/instance-link.ts';
import type { RouteTable } from '../../alerts/model/routing.ts';
import type { CopyName, CopyState } from '../../audit/chain/copies.ts';
import { messageOf } from '../../core/errors.ts';
import { recordOwn } from '../../intake/ingest.ts';
import { type AuditTrouble, noticeEvent, noticeSeries, timesOf } from '../../intake/own-notices.ts';
import { recording } from '../intake/open-intake.ts';
import type { Records } from '../records/open-records.ts';
import type { AppContext } from '../shared/context.ts';

/** Tells people in Slack what is wrong with the audit, and that it is over (undefined): an alert like any other. Never fails. */
export type TellAudit = (part: CopyName | 'chain', trouble: AuditTrouble | undefined) => void;

/** What goes on is put on record again after this, so that it does not count as over; ms. */
const sayAgainAfter = 3_600_000;

export const createTellAudit = (
  context: AppContext,
  records: Records,
  links: () => InstanceLinks,
): TellAudit => {
  const { now, log, config } = context;
  /** What was told last; undefined where nothing is wrong. A part that is not in it: of that nothing is known yet. */
  const told = new Map<string, { readonly code: string | undefined; readonly at: number }>();
  const sources = {
    chain: 'audit chain',
    // Each process that works has one of its own.
    file: `audit file of ${hostname()}`,
    kafka: `audit topic ${config().audit.topic}`,
  } as const;
  const routes = (): RouteTable => {
    const choice = {
      ...{ route: '(farmhand)', channel: config().slack.default_channel, thread: true, actions: [] },
    };
    return { choose: () => choice, explain: () => ({ route: choice.route, tried: [] }), revision: '' };
  };
  const say = async (source: string, trouble: AuditTrouble | undefined): Promise<void> => {
    const notice = { kind: 'audit', source, trouble: trouble ?? over } as const;
    const series = noticeSeries(notice);
    const live = (await records.alerts.series([series])).get(series);
    if (!trouble && live?.status !== 'firing') return;
    const event = noticeEvent(notice, live, now(), trouble ? { times: timesOf(live) + 1 } : 'over');
    await recordOwn({ ...recording(context, records, links), routes }, [event]);
  };
  return (part, trouble) => {
    const before = told.get(part);
    const again = trouble !== undefined && now() - (before?.at ?? 0) >= sayAgainAfter;
    if (before && before.code === trouble?.code && !again) return;
    told.set(part, { code: trouble?.code, at: now() });
    if (trouble) log.error({ part: sources[part], ...trouble }, 'The audit is in trouble; see the runbook');
    else if (before) log.info({ part: sources[part] }, 'The audit is out of trouble');
    say(sources[part], trouble).catch((error: unknown) => {
      told.delete(part);
      log.warn({ error: messageOf(error) }, 'What is wrong with the audit could not be told');
    });
  };
};

const over: AuditTrouble = { code: 'audit_broken', error: '' };

/** What a copy's state means to people. */
export const troubleOf = (state: CopyState): AuditTrouble | undefined => {
  switch (state.is) {
    case 'following':
      return undefined;
    case 'failing':
      return { code: 'audit_copy_failing', error: state.error };
    case 'split':
      return { code: 'audit_copy_split', at: state.at };
    default:
      return state satisfies never;
  }
};
