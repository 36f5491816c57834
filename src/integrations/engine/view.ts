import { cut, oneLine } from '../../core/text.ts';
import type { EngineView, RunView } from '../../rebuild/ports/ports.ts';
import type { AaStatus } from './aa-status.ts';
import type { EngineRun, EngineStatus } from './schema.ts';

const unreadAtMost = 20;

/**
 * Status and listing as one view of `rebuild`; a kind of run that was begun several times is the last one. A history
 * update of no rebuild is the synchronizer's own, which it begins by itself.
 */
export const viewOf = (status: EngineStatus, listing: AaStatus, rebuild: string): EngineView => {
  const last = (kind: EngineRun['kind']) =>
    status.runs.findLast((run) => run.kind === kind && run.rebuild === rebuild);
  const main = last('rebuild');
  const unread = unreadLines(listing);
  return {
    history: runView(
      status.runs.findLast(
        (run) => run.kind === 'history' && (run.rebuild === rebuild || run.rebuild === ''),
      ),
    ),
    rebuild: { ...runView(main), farmers: main?.farmers ?? 0, distributed: main?.distributed ?? true },
    write: runView(last('write')),
    cacheFile: status.cacheFiles.includes(rebuild),
    guardian: status.guardian,
    frontends: status.frontends.map(({ name, state, caches, says }) => ({
      name: oneLine(name),
      state,
      ...(caches !== undefined && { caches }),
      ...(says !== undefined && says !== '' && { says: shortened(says) }),
    })),
    topology: listing.nodes,
    ...(unread.length > 0 && { unread }),
  };
};

const runView = (run: EngineRun | undefined): RunView =>
  run === undefined
    ? { state: 'none', percent: 0 }
    : {
        state: run.state,
        percent: run.percent,
        ...(run.done !== undefined && { done: run.done }),
        ...(run.total !== undefined && { total: run.total }),
        ...(run.error !== undefined && run.error !== '' && { error: shortened(run.error) }),
      };

const unreadLines = ({ unread }: AaStatus): readonly string[] => {
  const told = unread.slice(0, unreadAtMost).map(({ line, text, why }) => `line ${line}: ${why}: ${text}`);
  return unread.length > unreadAtMost ? [...told, `and ${unread.length - unreadAtMost} more`] : told;
};

const shortened = (text: string): string => cut(oneLine(text), 300);
