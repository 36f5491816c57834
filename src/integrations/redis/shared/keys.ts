import type { Leased } from '../../../reconcile/work.ts';

/** Every key of the record store. The braces put all of them into one slot, so that one script may touch them. */
export const createKeys = (prefix: string) => {
  const p = `{${prefix}}:`;
  return {
    prefix: p,
    /** The live alert of a series; `archive` holds the ones before it. Without the prefix: the script adds it. */
    series: (fingerprint: string) => `s:${fingerprint}`,
    archive: (alertId: string) => `a:${alertId}`,
    full: (key: string) => `${p}${key}`,
    event: (eventId: string) => `${p}e:${eventId}`,
    /** Events by place, of 256 offsets; and the offset from which on none of a partition was ever written. */
    eventBlock: (block: string) => `${p}eb:${block}`,
    eventsSeen: (stream: string) => `${p}o:${stream}`,
    nonce: (sourceAndNonce: string) => `${p}n:${sourceAndNonce}`,
    journal: (alertId: string) => `${p}j:${alertId}`,
    /** Alert ids by status; score: time of the last change, ms. */
    open: `${p}open`,
    closed: `${p}closed`,
    books: `${p}books`,
    /** Channels that are marked for a pass. */
    marks: `${p}marks`,
    /** Channels that ever had work. */
    lanes: `${p}lanes`,
    lane: (channel: string) => `${p}l:${channel}`,
    digest: (channel: string) => `${p}l:${channel}:digest`,
    /** The newest handover of a schedule, by its name. */
    handover: (name: string) => `${p}handover:${name}`,
    /** Of a group: the rows of its members by alert id, `k` what it is opened from, `#` how often it was written, `@` when it is gathered again. */
    group: (fingerprint: string) => `${p}gm:${fingerprint}`,
    /** Groups of a lane of which something has changed; score: when they are gathered, ms. */
    lanesGroups: (channel: string) => `${p}l:${channel}:g`,
    /** Ids of groups by status, like `open` and `closed`. */
    openGroups: `${p}gopen`,
    closedGroups: `${p}gclosed`,
    /** Alert ids with actions to run; score: due, ms. */
    due: `${p}due`,
    pace: (name: string) => `${p}pace:${name}`,
    /** When what a tier had taken in is paid for, ms of Redis' clock; gone with it. */
    quota: (tier: string) => `${p}quota:${tier}`,
    /** Root message ts to alert id. */
    threads: (channel: string) => `${p}t:${channel}`,
    deadLetters: `${p}dead`,
    /** Name of the installation whose records these are. */
    installation: `${p}installation`,
    /** What tells this store from an empty or an older one; and the recovery that is under way. */
    mark: `${p}mark`,
    /** Root messages without a record, by alert id; and the newest of each series. */
    lostRoots: `${p}lost`,
    lostSeries: `${p}lost:series`,
    /** Those of which nobody reported in time: their roots say that their state is unknown. */
    lostSettled: `${p}lost:settled`,
    /** Rebuilds whose records are gone or behind, by id; and what their cards remember. */
    lostRebuilds: `${p}lost:rebuilds`,
    lostMemories: `${p}lost:memories`,
    /** Bytes in that list. */
    deadLettersSize: `${p}dead:size`,
    /** Ids of dead letters; score: when they were last replayed, ms. */
    deadLettersReplayed: `${p}dead:replayed`,
    /** How far replays came, by partition. */
    replay: `${p}replay`,
    /** How often what could not be read came, by its content. */
    deadRepeat: (content: string) => `${p}dr:${content}`,
    /** Records of the audit, by number; entries that wait for theirs; what the first one follows on. */
    audit: `${p}audit`,
    /** Of a copy of the audit that several processes write: who is at it, and where it ends. */
    auditCopy: (name: string) => ({ turn: `${p}audit:turn:${name}`, end: `${p}audit:end:${name}` }),
    auditInbox: `${p}audit:in`,
    auditBase: `${p}audit:base`,
    /** The number of the record that says that this action is about to be done. */
    auditIntent: (action: string) => `${p}audit:i:${action}`,
    /** What Slack sent: it is acted on once. */
    once: (hash: string) => `${p}once:${hash}`,
    /** Kinds of blocks that a workspace does not take; score: until when they are not sent, ms. */
    refusedBlocks: (team: string) => `${p}blocks:${team}`,
    rebuild: (id: string) => `${p}r:${id}`,
    rebuildJournal: (id: string) => `${p}rj:${id}`,
    rebuildDraft: (id: string) => `${p}rd:${id}`,
    /** The last number that was given on a day. */
    rebuildNumber: (instance: string, day: string) => `${p}rn:${instance}:${day}`,
    /** Who is at it. As they always were: an old process beside a new one holds the same lease. */
    lease: (of: Leased, id: string) => {
      switch (of) {
        case 'recovery':
          return `${p}recovery:lease`;
        case 'looks':
          return `${p}l:looks:lease`;
        case 'watchdog':
          return `${p}watchdog:lease`;
        case 'lane':
          return `${p}l:${id}:lease`;
        default:
          return `${p}rl:${of}:${id}`;
      }
    },
    /** Root message of a rebuild's thread to its id. */
    rebuildThread: (channel: string, ts: string) => `${p}rt:${channel}:${ts}`,
    /** Instance to `<id>|<channel>|<ts>|<environment>` of its rebuild in flight: the lock of the instance, and the limits. */
    rebuildsInFlight: `${p}rflight`,
    /** What people have frozen: `<version>|<record>`. */
    freezes: `${p}freezes`,
    /** Rebuild ids; score: when they ended, ms. */
    rebuildsEnded: `${p}rended`,
    rebuildsFailed: `${p}rfailed`,
    /** Rebuild ids of an instance; score: when they were made, ms. */
    rebuildsOf: (instance: string) => `${p}ri:${instance}`,
    /** Rebuild ids with work for a part; score: due, ms. */
    rebuildsDue: (part: string) => `${p}rdue:${part}`,
  } as const;
};

export type Keys = ReturnType<typeof createKeys>;
