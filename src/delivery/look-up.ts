import { allRemoved, answered, others, removed } from './calls.ts';
import type { Delivery } from './delivery.ts';
import type { Posting } from './message.ts';
import { type PostOptions, post } from './post.ts';
import { refusalOf } from './refusal.ts';
import { clockSkew, describe, type Failed, lookAgainAfter, lookUpGood, mayRisk } from './timing.ts';
import { lookFrom, perhapsPosted, posted, repaired, replied } from './transitions.ts';

/** Looks for a post whose answer was lost; only what is surely not there is posted again. */
export const lookUp = async <R>(d: Delivery<R>, seen: R, posting: Posting): Promise<R | undefined> => {
  const { through, claim } = posting;
  const again: PostOptions = { reply: through > 0, over: posting };
  const asked = d.now();
  const since = (posting.first ?? posting.since) - clockSkew;
  const found = await answered(d, d.slack.find(seen, through, since));
  if (!found.ok && !isNowhere(found)) {
    // From the first look that failed: what was claimed before a long sleep has not been looked for all that time.
    const { since: failing = asked, looks = 0 } = posting.unanswered ?? {};
    const lasts = d.now() - failing;
    const risk = through === 0 || d.replies?.mayRepeat === true;
    if (risk && mayRisk(lasts, looks)) return post(d, seen, { ...again, unsure: true });
    const lookAt = d.now() + lookAgainAfter(found, lasts);
    const error = describe(found);
    return (await d.write(seen, (message) => perhapsPosted(message, claim, { lookAt, error, failing })))
      ?.record;
  }
  const [first, ...more] = found.ok ? found.value : [];
  // Too long ago to say that nothing is there: another look is taken.
  if (!first) return d.now() - asked > lookUpGood ? seen : post(d, seen, again);
  const done = await d.write(seen, (message, newest) =>
    through === 0
      ? posted(message, first, { shown: 'adopted', copies: more.length > 0 }, d.now())
      : replied(message, through, d.replies?.unsaid(newest, through) === true),
  );
  // Meanwhile another copy may have got on record: that one stays, whichever was found first.
  const known = done && d.messageOf(done.record);
  const kept = through === 0 && known?.state === 'open' ? known.ts : first.ts;
  return removed(d, done, others([first, ...more], kept));
};

/** Where there is no thread or channel, there is no message of ours. */
const isNowhere = (found: Failed): boolean =>
  found.kind === 'refused' && (refusalOf(found.error) === 'gone' || found.error === 'channel_not_found');

/** What was given up may have come late: one root stays, and shows the content once more. */
export const repair = async <R>(
  d: Delivery<R>,
  seen: R,
  { ts, doubt }: { readonly ts: string; readonly doubt: number },
): Promise<R | undefined> => {
  const message = d.messageOf(seen);
  if (!message) return seen;
  const found = await answered(d, d.slack.find(seen, 0, lookFrom(message)));
  // A look that Slack refuses is refused the next time as well.
  const clean = found.ok ? await allRemoved(d, others(found.value, ts)) : found.kind === 'refused';
  return (await d.write(seen, (newest) => repaired(newest, doubt, clean, d.looks, d.now())))?.record;
};
