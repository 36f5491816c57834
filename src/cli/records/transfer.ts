import type { Exported, Imported, TransferOptions } from '../../app/records/transfer.ts';
import { loadConfig } from '../../config/load.ts';
import { type ExitCode, exitCodes } from '../terminal/failure.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface TransferDeps {
  readonly exportRecords: (
    options: TransferOptions & { readonly whileRunning: boolean },
  ) => Promise<Exported>;
  readonly importRecords: (options: TransferOptions & { readonly replace: boolean }) => Promise<Imported>;
}

interface Common {
  readonly file: string;
  readonly config: string;
  readonly version: string;
}

const given = ({ file, config, version }: Common, { env, readFile, now }: Terminal): TransferOptions => ({
  ...{ file, version, now },
  config: loadConfig({ file: config, env, readFile, secretsFor: { uses: ['redis'] } }),
});

/** Writes all records into a file. */
export const runExport = async (
  options: Common & { readonly whileRunning?: boolean },
  terminal: Terminal,
  deps: TransferDeps,
): Promise<ExitCode> => {
  const { out, style } = terminal;
  const { whileRunning = false } = options;
  const { entries, still } = await deps.exportRecords({ ...given(options, terminal), whileRunning });
  out(`${style('green', '✓')} ${options.file} has all records: ${entries.toLocaleString('en-US')} lines.`);
  if (!still) {
    out(
      `${style('yellow', '!')} A farmhand worked meanwhile: what it changed in these moments may be missing.`,
    );
  }
  return exitCodes.ok;
};

/** Puts the records of a file into Redis. */
export const runImport = async (
  options: Common & { readonly replace?: boolean },
  terminal: Terminal,
  deps: TransferDeps,
): Promise<ExitCode> => {
  const { replace = false } = options;
  const { keys, header } = await deps.importRecords({ ...given(options, terminal), replace });
  const { out, style } = terminal;
  const when = new Date(header.at).toISOString();
  out(`${style('green', '✓')} ${keys.toLocaleString('en-US')} keys are on record again, as of ${when}.`);
  out('When farmhand starts it looks in Slack for threads that are newer, and goes on in them.');
  return exitCodes.ok;
};
