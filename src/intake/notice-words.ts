import { type Message, wordsFrom } from '../core/message.ts';
import { cleanName } from './wire/text.ts';

/** What the alerts are called that farmhand raises itself. */
export const noticeTitles = {
  refused: 'Source refused',
  truncated: 'Alerts left out',
  pair: 'Two Alertmanagers, the same alerts',
  audit: 'Audit in trouble',
  shared: 'Kafka group shared with others',
} as const;

interface Refused {
  /** As people know it: the name of a source, an address, a topic. */
  readonly source: string;
  /** What the reason code of the last refusal was, or the limit it passed. */
  readonly detail: string;
  /** How often it has happened. */
  readonly times: number;
}

interface AuditFacts {
  /** The chain, or one of its copies, as people know it. */
  readonly source: string;
}

const who = ({ source }: Refused): string => cleanName(source, 120);
const often = ({ times }: Refused): string => (times === 1 ? 'once' : `${times.toLocaleString('en')} times`);

const texts = {
  too_large: (facts: Refused) =>
    `What ${who(facts)} sends is refused, ${often(facts)} so far: larger than ${facts.detail}. The alerts in it are NOT on record and have no threads. Give its Alertmanager a finer group_by or a max_alerts, or raise the limit.`,
  unauthorized: (facts: Refused) =>
    `What ${who(facts)} sends is refused, ${often(facts)} so far: its token is wrong or missing. Its alerts are NOT on record and have no threads. Give it the token that farmhand has.`,
  unreadable: (facts: Refused) =>
    `What ${who(facts)} sends cannot be read, ${often(facts)} so far (last: ${facts.detail}). It is kept, and has no threads. See what and why: farmhand dead-letters list. Fix the sender, then: farmhand dead-letters replay.`,
  partly_unreadable: (facts: Refused) =>
    `Some of what ${who(facts)} sends cannot be read, ${often(facts)} so far (last: ${facts.detail}). The rest was taken. What was put aside is kept, and has no threads. See what and why: farmhand dead-letters list. Fix the sender, then: farmhand dead-letters replay.`,
  truncated: ({
    source,
    group,
    left,
  }: {
    readonly source: string;
    readonly group: string;
    readonly left: number;
  }) =>
    `Alertmanager left ${left.toLocaleString('en')} alerts of the group ${cleanName(group, 120)} out (its max_alerts), at ${cleanName(source, 100)}. They are NOT on record and have no threads. See them there, and raise max_alerts or make group_by finer.`,
  /** With the settings that say what the two are. */
  pair: ({ urls: [a, b] }: { readonly urls: readonly [string, string] }) => {
    const [one, two] = [cleanName(a, 100), cleanName(b, 100)];
    return `${one} and ${two} send the same alerts with the same start, and nothing says whether they are one highly available pair: each such alert has two threads. A pair: one entry of alertmanagers with external_url: [${one}, ${two}] and a cluster. Two clusters: an entry for each, with a cluster of its own.`;
  },
  shared: ({ group, readers }: { readonly group: string; readonly readers: readonly string[] }) =>
    `The Kafka group ${cleanName(group, 120)} is also read by ${readers.map((one) => cleanName(one, 200)).join(' and ')}, which is not farmhand: it gets a part of the partitions. Alerts in them are NOT on record and have no threads. Stop it, or give it a group of its own; then read again what it took: farmhand replay --from ….`,
  audit_copy_failing: ({ source, error }: AuditFacts & { readonly error: string }) =>
    `The ${source} does not take records: ${cleanName(error, 300)}. They wait in Redis and are written as soon as it does. Changes go on, unless audit.require names it: then nothing is changed until it does.`,
  audit_copy_split: ({ source, at }: AuditFacts & { readonly at: number }) =>
    `The ${source} and the chain in Redis are not the same from record ${at} on: one of them is not what was written. It is kept as it is, and not written any more. See the runbook: The audit is not whole.`,
  audit_lost: ({ source, seq }: AuditFacts & { readonly seq?: number | undefined }) =>
    seq === undefined
      ? `Redis has lost records, and the ${source} may have been among them: it begins again, and nothing here knows how far it was. Compare with the checkpoints in tickets and copies: farmhand audit verify --against.`
      : `Redis has lost the ${source}, or its end: record ${seq} was the last one, and no copy has all of it. It goes on behind that record. See the runbook: The audit is not whole.`,
  audit_broken: ({ source, error }: AuditFacts & { readonly error: string }) =>
    `The ${source} is not whole: ${cleanName(error, 400)} See the runbook: The audit is not whole.`,
  /** Why a notice is over that nobody ended. */
  pair_over: () => 'for a day the two sent nothing alike that was taken for two',
  not_again: ({ hours }: { readonly hours: number }) =>
    `it did not come again for ${hours} hours: its cause is fixed, has gone, or comes from another address`,
} satisfies Record<string, (facts: never) => string>;

/** Plain text. Holds nothing of what was sent. */
export const noticeText: (notice: Message<typeof texts>) => string = wordsFrom(texts);
