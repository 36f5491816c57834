import type { Message } from '../../../views/blocks.ts';
import { noteKey } from '../../../views/ids.ts';
import { type PageFacts, pageFacts, pageKey } from '../../alerts/groups/pages.ts';
import type { Alert, Note } from '../../alerts/model/alert.ts';
import type { Digest } from '../../alerts/model/digest.ts';
import type { ThreadPort } from '../../alerts/ports/ports.ts';
import { type RootFacts, rootFacts } from '../../alerts/thread/root-facts.ts';
import type { PostKey } from '../../delivery/slack-result.ts';
import { rootState } from '../../recovery/lost-root.ts';
import { createPosts, type PostsDeps } from './posts.ts';

/** How records look as messages: `views/messages/`, bound to the view context by the app. */
export interface ThreadViews {
  root(facts: RootFacts): Message;
  notes(facts: RootFacts, notes: readonly Note[]): Message;
  members(page: PageFacts): Message;
  digest(digest: Digest): Message;
}

export interface SlackThreadsDeps extends PostsDeps {
  readonly views: ThreadViews;
}

export interface SlackThreads extends ThreadPort {
  /** Renders the root of this very record, which is about to be posted. Never throws: posting it tells what is wrong. */
  makeReady(alert: Alert): void;
}

/** Alerts as Slack threads. */
export const createSlackThreads = ({ views, ...deps }: SlackThreadsDeps): SlackThreads => {
  const { post, update, find, remove } = createPosts(deps);
  const ready = new WeakMap<Alert, Message>();
  const rootOf = (alert: Alert): Message => ready.get(alert) ?? views.root(rootFacts(alert));
  return {
    makeReady: (alert) => {
      try {
        ready.set(alert, rootOf(alert));
      } catch {
        ready.delete(alert);
      }
    },
    postRoot: (alert) => post(alert.channel, alertKey(alert.id), rootOf(alert), { told: [rootState(alert)] }),
    updateRoot: (alert, ts) =>
      update(alert.channel, ts, alertKey(alert.id), views.root(rootFacts(alert)), [rootState(alert)]),
    postNotes: (alert, threadTs, notes) =>
      post(alert.channel, noteKey(alert.id, notes), views.notes(rootFacts(alert), notes), {
        threadTs,
        broadcast: notes.some(({ broadcast, kind }) => broadcast && kind !== 'resolved'),
      }),
    postMembers: (group, page, threadTs) =>
      post(group.channel, membersKey(group, page), views.members(pageFacts(group, page)), {
        threadTs,
      }),
    updateMembers: (group, page, ts) =>
      update(group.channel, ts, membersKey(group, page), views.members(pageFacts(group, page))),
    postDigest: (digest) => post(digest.channel, digestKey(digest.id), views.digest(digest)),
    updateDigest: (digest, ts) => update(digest.channel, ts, digestKey(digest.id), views.digest(digest)),
    find,
    remove,
  };
};

const alertKey = (id: string): PostKey => ({ kind: 'alert', id });
const membersKey = (group: Alert, page: number): PostKey => ({ kind: 'members', id: pageKey(group, page) });
const digestKey = (id: string): PostKey => ({ kind: 'digest', id });
