import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evidencePage } from '../../views/evidence/evidence-page.ts';
import type { AuditBox, AuditReading } from '../app/records/audit-box.ts';
import { packOf } from '../audit/chain/pack.ts';
import {
  type Checkpoint,
  checkpointsIn,
  linesOfFile,
  NoCheckpoint,
  type Verified,
  verifiedWords,
  verifyEach,
} from '../audit/chain/verify.mjs';
import { type AuditWish, wishWords } from '../audit/chain/wish.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema/schema.ts';
import { FarmhandError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface AuditDeps {
  readonly openAuditBox: (
    config: Config,
    reading: AuditReading,
    now: () => number,
    version: string,
  ) => Promise<AuditBox>;
}

interface Common {
  readonly config: string;
  readonly version: string;
}

const open = (
  { config, version }: Common,
  reading: AuditReading,
  { env, readFile, now }: Terminal,
  deps: AuditDeps,
): Promise<AuditBox> => deps.openAuditBox(loadConfig({ file: config, env, readFile }), reading, now, version);

/** Verifies the chain, or with `file` an exported one, against what somebody else knows of it. */
export const runAuditVerify = async (
  options: Common & { readonly file?: string; readonly against?: string },
  terminal: Terminal,
  deps: AuditDeps,
): Promise<ExitCode> => {
  const { file, against } = options;
  const known = against === undefined ? [] : await checkpointsOf(terminal.readFile(against), against);
  if (file !== undefined) return told(await verifyEach(linesOfFile(file), known), terminal);
  await using box = await open(options, { how: 'verify', what: against ? [against] : [] }, terminal, deps);
  return told(await verifyEach(box.lines(), known), terminal);
};

const checkpointsOf = async (text: string, file: string): Promise<readonly Checkpoint[]> => {
  try {
    return await checkpointsIn(text.split('\n'));
  } catch (error) {
    if (!(error instanceof NoCheckpoint)) throw error;
    throw new FarmhandError('no_checkpoint', `${file}: ${error.message}. Nothing was verified.`);
  }
};

const told = (verified: Verified, { out, err, style }: Terminal): ExitCode => {
  const words = verifiedWords(verified);
  if (verified.problems.length > 0 || verified.records === 0) {
    err(`${style('red', '✗')} ${words}`);
    return exitCodes.failed;
  }
  out(`${style('green', '✓')} ${words}`);
  return exitCodes.ok;
};

export interface ExportOptions extends Common {
  readonly out: string;
  readonly rebuild?: string;
  readonly alert?: string;
  readonly from?: number;
  readonly to?: number;
}

const verifierFile = fileURLToPath(new URL('../audit/chain/verify.mjs', import.meta.url));

/** Writes an evidence pack: the records, what they are compared with, and the program that verifies them. */
export const runAuditExport = async (
  options: ExportOptions,
  terminal: Terminal,
  deps: AuditDeps,
): Promise<ExitCode> => {
  const { out: folder, rebuild, alert, from, to } = options;
  const wish: AuditWish = {
    ...(rebuild !== undefined && { rebuild }),
    ...(alert !== undefined && { alert }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const what = wishWords(wish);
  await using box = await open(options, { how: 'export', what }, terminal, deps);
  const pack = await packOf(box.lines(), wish);
  if (!pack) {
    throw new FarmhandError(
      'not_found',
      `No audit record is about ${what.join(', ') || 'anything'}. Nothing was written.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('audit.ndjson', pack.lines);
  write(
    'checkpoints.ndjson',
    pack.checkpoints.map((checkpoint) => JSON.stringify(checkpoint)),
  );
  cpSync(verifierFile, join(folder, 'verify.mjs'));
  writeFileSync(join(folder, 'README.txt'), packReadme(what));
  const between = pack.lines.length - pack.about.length;
  const page = evidencePage({
    what: what.join(', ') || 'all records',
    records: pack.about,
    between,
    at: terminal.now(),
  });
  writeFileSync(join(folder, 'index.html'), page);
  const { out, style } = terminal;
  const head = pack.checkpoints.at(-1);
  out(
    `${style('green', '✓')} ${folder}: ${pack.about.length} records, and ${between} in between. Read index.html.`,
  );
  out(`Head: record ${head?.seq}, ${head?.hash}`);
  out('Verify it with: node verify.mjs audit.ndjson checkpoints.ndjson');
  return exitCodes.ok;
};

const packReadme = (what: readonly string[]): string =>
  readFileSync(new URL('../audit/chain/pack-readme.txt', import.meta.url), 'utf8').replace(
    '{what}',
    what.join(', ') || 'all records',
  );
