import { given } from '../../core/json.ts';
import { deliverMessage } from '../../delivery/deliver.ts';
import type { Delivery, RefusalPolicy } from '../../delivery/delivery.ts';
import type { MessageChange, MessageState } from '../../delivery/message.ts';
import { nextStep } from '../../delivery/next-step.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { type Digest, digestHash } from '../model/digest.ts';
import type { ThreadPort } from '../ports/ports.ts';

export interface DigestStore {
  load(channel: string): Promise<Digest | undefined>;
  /** Compare-and-set on the version; answers what is now stored, or undefined when somebody was faster. */
  save(digest: Digest): Promise<Digest | undefined>;
  remove(digest: Digest): Promise<void>;
}

export interface DigestMessageDeps extends Pick<Delivery<Digest>, 'now' | 'newClaim' | 'pause'> {
  readonly digests: DigestStore;
  readonly pacer: Pacer;
  readonly threads: ThreadPort;
  /** A claim older than this has lost its owner; ms. */
  readonly claimTimeout: number;
}

/** Posts a digest, or brings its message up to date; a closed one that shows its end goes off the record. */
export const showDigest = async (deps: DigestMessageDeps, digest: Digest): Promise<void> => {
  const { digests, pacer, now } = deps;
  if (digest.state === 'wanted' && digest.waitingCount === 0 && digest.foldedCount === 0) {
    return digests.remove(digest);
  }
  const update = digestHash(digest) === digest.shown ? undefined : now();
  const step = nextStep(digestMessage(digest), { update, reply: undefined }, now(), deps.claimTimeout);
  if (step.do === 'post') {
    const { granted, waitMs } = await pacer.take('post', digest.channel, 1);
    if (granted === 0) {
      await digests.save({ ...digest, retryAt: now() + waitMs });
      return;
    }
  }
  const idle = step.do === 'nothing' || step.do === 'wait';
  const shown = idle ? digest : await deliverMessage(digestDelivery(deps), digest, step);
  if (shown?.state === 'closed' && shown.retryAt === undefined) await digests.remove(shown);
};

/** A digest tells what waits, for as long as it does. One that was deleted is not missed. */
const refusals: RefusalPolicy = { root: { otherwise: 'elsewhere' }, update: { otherwise: 'shown' } };

/** How soon a call that failed is made again; ms. */
const retryAfter = 5_000;

const digestDelivery = (deps: DigestMessageDeps): Delivery<Digest> => {
  const { digests, threads, now } = deps;
  return {
    ...deps,
    messageOf: digestMessage,
    contentOf: (digest) => digestHash(begun(digest)),
    write: async (seen, outcome) => {
      const digest = await digests.load(seen.channel);
      if (digest?.id !== seen.id) return undefined;
      const next = outcome(digestMessage(digest), digest);
      if (!next) return { record: digest };
      const changed = withMessage(digest, next, now());
      if (!changed) {
        await digests.remove(digest);
        return undefined;
      }
      const record = await digests.save(changed);
      return record && { record, next };
    },
    slack: {
      post: (digest) => threads.postDigest(begun(digest)),
      update: threads.updateDigest,
      find: ({ channel, id, startedAt }) => threads.find(channel, { kind: 'digest', id }, startedAt - 60_000),
      remove: threads.remove,
    },
    refusals,
    retry: { first: retryAfter, most: retryAfter },
    looks: [],
  };
};

/** As it is shown once it is there. */
const begun = (digest: Digest): Digest =>
  digest.state === 'posting' ? { ...digest, state: 'open' } : digest;

const digestMessage = ({ channel, state, ts, shown, claim, retryAt }: Digest): MessageState => {
  if (state !== 'posting') {
    return given({ channel, state: state === 'closed' ? 'open' : state, ts, shown, retryAt });
  }
  const { since = 0, id = '' } = claim ?? {};
  return { channel, state, posting: given({ through: 0, since, claim: id, lookAt: retryAt }) };
};

/** The record with its message as it is now known; undefined: nobody misses it. */
const withMessage = (
  { retryAt: _, claim: __, ...digest }: Digest,
  { message, happened }: MessageChange,
  now: number,
): Digest | undefined => {
  const { state, ts, shown, posting, retryAt } = message;
  switch (state) {
    case 'failed':
      // Its channel takes nothing. What was folded is told by the books and the API, and what waits is told later.
      if (happened?.what !== 'refused' || digest.waitingCount === 0) return undefined;
      return { ...digest, state: 'wanted', retryAt: now + retryAfter };
    case 'wanted':
      return { ...digest, ...given({ state, retryAt }) };
    case 'posting': {
      const claim = posting && { since: posting.since, id: posting.claim };
      return { ...digest, ...given({ state, claim, retryAt: posting?.lookAt }) };
    }
    case 'open':
      return {
        ...digest,
        ...given({ state: digest.state === 'closed' ? digest.state : state, ts, shown, retryAt }),
      };
    default:
      return state satisfies never;
  }
};
