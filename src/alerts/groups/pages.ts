import { contentHash } from '../../core/hash.ts';
import type { MessageState } from '../../delivery/message.ts';
import { type DeliveryWork, nextStep } from '../../delivery/next-step.ts';
import type { Alert } from '../model/alert.ts';
import type { MemberRow } from '../model/group.ts';

/** The members of a group stand in its thread, so many a message, and in so many messages at most. */
export const rowsPerPage = 25;
export const mostPages = 4;

/** Exactly what one of these messages shows. */
export interface PageFacts {
  /** By which the message is found. */
  readonly key: string;
  /** From 0. */
  readonly page: number;
  /** How many stand before these. */
  readonly before: number;
  readonly rows: readonly MemberRow[];
  /** Who has the group: it goes without saying beside each row. */
  readonly owner?: string;
  /** Members that are not shown, after the last page. */
  readonly more: number;
}

export const pageFacts = (alert: Alert, page: number): PageFacts => {
  const { rows = [], firing = 0, resolved = 0 } = alert.group ?? {};
  const last = page === mostPages - 1;
  return {
    key: pageKey(alert, page),
    page,
    before: page * rowsPerPage,
    rows: rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage),
    ...(alert.ack && { owner: alert.ack.by.id }),
    more: last ? firing + resolved - rows.length : 0,
  };
};

export const pageHash = (alert: Alert, page: number): string => {
  const { rows, more, owner = '' } = pageFacts(alert, page);
  return contentHash([rows, more, owner]);
};

/** What the message is found by: the root says whose it is, also after records were lost. */
export const pageKey = ({ thread }: Alert, page: number): string =>
  `${thread.state === 'open' ? thread.ts : ''}#${page + 1}`;

/** A group of one needs no list: its root shows that one. */
const pagesNeeded = ({ group }: Alert): number =>
  group === undefined || group.firing + group.resolved < 2 ? 0 : Math.ceil(group.rows.length / rowsPerPage);

const pageCount = (alert: Alert): number => Math.max(pagesNeeded(alert), alert.group?.pages.length ?? 0);

/** The state of one page; of one that was never heard of, too. */
export const pageState = ({ group, thread, channel }: Alert, page: number): MessageState | undefined => {
  if (group === undefined || thread.state !== 'open') return undefined;
  const known = group.pages[page];
  if (known) return known;
  if (!group.adopted) return { state: 'wanted', channel };
  // Its thread was found again, and may have its pages: each is looked for before it is posted.
  const first = Number(thread.ts) * 1000;
  return {
    state: 'posting',
    channel,
    posting: { through: 0, since: first, first, claim: `adopted ${page}`, lookAt: first },
  };
};

export const withPage = (alert: Alert, page: number, message: MessageState): Alert => {
  const { group } = alert;
  if (!group) return alert;
  const count = Math.max(group.pages.length, page + 1);
  const pages = Array.from({ length: count }, (_, i) =>
    i === page ? message : (pageState(alert, i) ?? message),
  );
  return { ...alert, group: { ...group, pages } };
};

/** What the pages need next; undefined: there are none. */
export type PageDecision =
  | { readonly do: 'page'; readonly page: number; readonly step: DeliveryWork }
  | { readonly do: 'wait'; readonly until: number }
  | undefined;

/** Pure. */
export const decidePages = (alert: Alert, now: number, claimTimeout: number): PageDecision => {
  let until: number | undefined;
  for (let page = 0; page < pageCount(alert); page++) {
    const message = pageState(alert, page);
    if (!message) continue;
    const update = message.state !== 'open' || pageHash(alert, page) === message.shown ? undefined : now;
    const step = nextStep(message, { update, reply: undefined }, now, claimTimeout);
    if (step.do === 'wait') until = Math.min(until ?? step.until, step.until);
    else if (step.do !== 'nothing') return { do: 'page', page, step };
  }
  return until === undefined ? undefined : { do: 'wait', until };
};

/** True while a page has something to do now, as far as the record says. */
export const pagesBehind = (alert: Alert): boolean => {
  for (let page = 0; page < pageCount(alert); page++) {
    const message = pageState(alert, page);
    if (!message || message.state === 'failed') continue;
    if (message.state !== 'open' || pageHash(alert, page) !== message.shown) return true;
  }
  return false;
};

/** When a page that shows the present state is due by itself; ms. */
export const pagesWakeAt = ({ group }: Alert): number | undefined => {
  const due = (group?.pages ?? []).flatMap(({ showAgainAt }) => showAgainAt ?? []);
  return due.length === 0 ? undefined : Math.min(...due);
};
