import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditBox, AuditReading } from '../app/records/audit-box.ts';
import { evidencePack } from '../app/records/evidence-pack.ts';
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
import { zipOf } from '../integrations/zip/zip.ts';
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
): Promise<AuditBox> =>
  deps.openAuditBox(
    loadConfig({ file: config, env, readFile, secretsFor: { uses: ['redis'] } }),
    reading,
    now,
    version,
  );

/** Verifies the chain, or with `file` an exported one, against what somebody else knows of it. */
export const runAuditVerify = async (
  options: Common & { readonly file?: string; readonly against?: string },
  terminal: Terminal,
  deps: AuditDeps,
): Promise<ExitCode> => {
  const { file, against } = options;
  const known = against === undefined ? [] : await checkpointsOf(terminal.readFile(against), against);
  if (file !== undefined) {
    return told(await verifyEach(linesOfFile(file), known, { mayWithhold: true }), terminal);
  }
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

const told = (
  verified: Verified,
  { out, err, style }: Terminal,
  when: 'always' | 'only when broken' = 'always',
): ExitCode => {
  const words = verifiedWords(verified);
  if (verified.problems.length > 0 || verified.records === 0) {
    err(`${style('red', '✗')} ${words}`);
    return exitCodes.failed;
  }
  if (when === 'always') out(`${style('green', '✓')} ${words}`);
  return exitCodes.ok;
};

export interface ExportOptions extends Common {
  readonly out: string;
  readonly rebuild?: string;
  readonly alert?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Writes an evidence pack: the records, what they are compared with, and the program that verifies them. */
export const runAuditExport = async (
  options: ExportOptions,
  terminal: Terminal,
  deps: AuditDeps,
): Promise<ExitCode> => {
  const { out, rebuild, alert, from, to } = options;
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
  const at = terminal.now();
  const subject = rebuild === undefined ? undefined : await box.rebuild(rebuild);
  const { files, verified } = evidencePack({ pack, what, withheld: false, rebuild: subject, at });
  if (out.endsWith('.zip')) writeFileSync(out, zipOf(files, at));
  else {
    mkdirSync(out, { recursive: true });
    for (const { name, bytes } of files) writeFileSync(join(out, name), bytes);
  }
  const { style } = terminal;
  const head = pack.checkpoints.at(-1);
  terminal.out(
    `${style('green', '✓')} ${out}: ${pack.about.length} records, and ${pack.between} in between. Read index.html.`,
  );
  terminal.out(`Head: record ${head?.seq}, ${head?.hash}`);
  terminal.out('Verify it with: node verify.mjs audit.ndjson checkpoints.ndjson');
  return told(verified, terminal, 'only when broken');
};
