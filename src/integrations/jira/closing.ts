import { messageOf } from '../../core/errors.ts';
import type { JournalEntry } from '../../core/journal.ts';
import { counted } from '../../core/text.ts';
import type { Log } from '../../observability/log.ts';
import type { TicketEntry } from '../../rebuild/model/parts/told.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import { ticketStateOf } from '../../rebuild/ticket/moves.ts';
import type { JiraApi } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import { closingTransitionOf } from './closing-transition.ts';
import { type JiraFile, journalFile } from './documents/journal-file.ts';
import { checkpointWords } from './documents/rebuild-facts.ts';

export interface TicketClosing {
  /** To be said in the report: where the files are, and what keeps the ticket open. */
  readonly lines: readonly string[];
  /** Moves the ticket to a status that means done. Never throws: a ticket that stays open is still evidence. */
  close(): Promise<void>;
}

/** The evidence pack of a rebuild, as one file. */
export interface PackFile extends JiraFile {
  /** Of the bytes; hex. */
  readonly hash: string;
  /** Audit records about the rebuild in it. */
  readonly records: number;
}

export interface ClosingDeps {
  readonly api: JiraApi;
  readonly chart?: ((rebuild: Rebuild) => Promise<Uint8Array>) | undefined;
  readonly journal?: ((id: RebuildId) => Promise<readonly JournalEntry[]>) | undefined;
  readonly pack?: ((rebuild: Rebuild, until: number) => Promise<PackFile | undefined>) | undefined;
  readonly safe?: ((text: string) => string) | undefined;
  readonly log?: Pick<Log, 'warn'> | undefined;
}

/**
 * Attaches the chart, the journal and the evidence pack, and looks whether the ticket can be closed: what cannot be done is said in the report.
 * @throws JiraFault while Jira is away: then the whole report waits.
 */
export const prepareClosing = async (
  deps: ClosingDeps,
  rebuild: Rebuild,
  entry: Pick<TicketEntry, 'at'>,
  key: string,
): Promise<TicketClosing> => {
  const { done, attachments } = await deps.api.state(key);
  const lines = [
    ...(await attachChart(deps, rebuild, key, attachments)),
    ...(await attachJournal(deps, rebuild, entry, key, attachments)),
    ...(await attachPack(deps, rebuild, entry, key, attachments)),
    ...auditLine(rebuild),
  ];
  const { left, rule } = rebuild.ticket;
  const aside = { lines, close: async () => undefined };
  // Where its rule says what becomes of it, it is moved there once the report is written.
  if (done || rule?.moves[ticketStateOf(rebuild)]) return aside;
  if (left !== undefined && rule && Object.keys(rule.moves).length > 0) {
    return { ...aside, lines: [...lines, `farmhand left this ticket where ${left} put it.`] };
  }
  const { id, stays } = await wayOf(deps, rebuild, key);
  return {
    lines: [...lines, ...stays],
    close: async () => {
      if (id !== undefined) await close(deps, key, id);
    },
  };
};

/** How far the audit was at the end: whoever has this line finds a chain that was cut off or written again since. */
const auditLine = ({ ticket }: Rebuild): readonly string[] =>
  (ticket.checkpoints ?? []).flatMap((one) =>
    one.of === 'end' ? [`The audit was at ${checkpointWords(one)}`] : [],
  );

/** One line that says where the chart is or why there is none. */
const attachChart = async (
  deps: ClosingDeps,
  rebuild: Rebuild,
  key: string,
  present: readonly string[],
): Promise<readonly string[]> => {
  const { chart } = deps;
  // Before the rebuild itself there is nothing to draw.
  if (!chart || !rebuild.progress?.samples.length) return [];
  const name = `${rebuild.id}.png`;
  const draw = async () => ({ name, type: 'image/png' as const, bytes: await chart(rebuild) });
  const failed = await attach(deps, key, present, name, draw);
  return [
    failed === undefined
      ? `The chart of progress, farmers and events is attached: ${name}`
      : `The chart could not be attached: ${failed}`,
  ];
};

/** One line that names the journal's file and its hash: who has both knows that nothing in it was changed since. */
const attachJournal = async (
  deps: ClosingDeps,
  rebuild: Rebuild,
  entry: Pick<TicketEntry, 'at'>,
  key: string,
  present: readonly string[],
): Promise<readonly string[]> => {
  if (!deps.journal) return [];
  const file = journalFile(rebuild, await deps.journal(rebuild.id), entry.at, deps.safe);
  const failed = await attach(deps, key, present, file.name, async () => file);
  const what = `${counted(file.entries, 'line')}, SHA-256 ${file.hash}`;
  return [
    failed === undefined
      ? `The journal up to the end is attached: ${file.name} (${what})`
      : `The journal (${what}) could not be attached: ${failed}`,
    ...(file.lacks === undefined ? [] : [`It is not the whole journal: ${file.lacks}`]),
  ];
};

/**
 * One line that names the evidence pack and its hash. It is made of what was on record at the end, so that it is the same
 * whenever it is made; one that another version of farmhand has attached counts, under the name that it has.
 */
const attachPack = async (
  deps: ClosingDeps,
  rebuild: Rebuild,
  entry: Pick<TicketEntry, 'at'>,
  key: string,
  present: readonly string[],
): Promise<readonly string[]> => {
  const begins = packName(rebuild.id, '').replace('.zip', '');
  const file = await deps.pack?.(rebuild, entry.at);
  if (!file) return [];
  const there = present.find((name) => name.startsWith(begins));
  if (there !== undefined && there !== file.name) {
    return [`The evidence pack is attached: ${there} (its SHA-256 begins as its name says)`];
  }
  const failed = await attach(deps, key, present, file.name, async () => file);
  const what = `${counted(file.records, 'audit record')}, SHA-256 ${file.hash}`;
  return [
    failed === undefined
      ? `The evidence pack is attached: ${file.name} (${what})`
      : `The evidence pack (${what}) could not be attached: ${failed}. Whoever runs farmhand makes it with farmhand audit export --rebuild ${rebuild.id}.`,
  ];
};

/** Its name carries the beginning of its hash. */
export const packName = (id: RebuildId, hash: string): string => `${id}-evidence-${hash.slice(0, 12)}.zip`;

/** Why a file could not be attached; undefined when it is: a file of the same name is that one already. */
const attach = async (
  { api, log }: ClosingDeps,
  key: string,
  present: readonly string[],
  name: string,
  make: () => Promise<JiraFile>,
): Promise<string | undefined> => {
  if (present.includes(name)) return undefined;
  try {
    await api.attach(key, await make());
    return undefined;
  } catch (error) {
    if (error instanceof JiraFault && error.retryable) throw error;
    log?.warn({ ticket: key, file: name, error: wordsOf(error) }, 'A file could not be attached to a ticket');
    return wordsOf(error);
  }
};

const wayOf = async (
  { api }: ClosingDeps,
  { phase }: Rebuild,
  key: string,
): Promise<{ readonly id?: string | undefined; readonly stays: readonly string[] }> => {
  try {
    const { id, required } = closingTransitionOf(await api.transitions(key), phase);
    if (id !== undefined) return { id, stays: [] };
    return {
      stays: [
        required.length > 0
          ? `farmhand left this ticket open: closing it asks for ${required.join(', ')}. Please close it.`
          : 'farmhand left this ticket open: its workflow has no step from here to a fitting status. Please close it.',
      ],
    };
  } catch (error) {
    if (!(error instanceof JiraFault) || error.retryable) throw error;
    return { stays: [`farmhand left this ticket open: ${error.says}. Please close it.`] };
  }
};

const close = async ({ api, log }: ClosingDeps, key: string, id: string): Promise<void> => {
  for (let left = 1; ; left--) {
    try {
      await api.transition(key, id);
      return;
    } catch (error) {
      if (error instanceof JiraFault && error.retryable && left > 0 && !(await isDone(api, key))) continue;
      log?.warn({ ticket: key, error: wordsOf(error) }, 'The ticket of a rebuild could not be closed');
      return;
    }
  }
};

/** When it cannot be told, closing it once more does no harm: a closed ticket has no such transition. */
const isDone = (api: JiraApi, key: string): Promise<boolean> =>
  api.state(key).then(
    ({ done }) => done,
    () => false,
  );

const wordsOf = (error: unknown): string => (error instanceof JiraFault ? error.says : messageOf(error));
