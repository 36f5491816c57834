import type { Promoted, PromoteOptions } from '../../app/records/promote.ts';
import { loadConfig } from '../../config/load.ts';
import { type ExitCode, exitCodes } from '../terminal/failure.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface PromoteDeps {
  readonly promoteRegion: (options: PromoteOptions) => Promise<Promoted>;
}

/** Says that this region works from now on. */
export const runPromote = async (
  options: Pick<PromoteOptions, 'why' | 'records' | 'version'> & { readonly config: string },
  { env, readFile, now, out, style }: Terminal,
  { promoteRegion }: PromoteDeps,
): Promise<ExitCode> => {
  const config = loadConfig({
    ...{ file: options.config, env, readFile },
    secretsFor: { uses: ['redis', 'slack.bot_token'] },
  });
  const { region, changed, before, beginsAfter } = await promoteRegion({ ...options, config, now });
  const seconds = Math.round(beginsAfter / 1_000);
  if (!changed) {
    out(`Region ${region} was promoted already; nothing was changed.`);
    return exitCodes.ok;
  }
  out(`${style('green', '✓')} Region ${region} is promoted.`);
  if (before !== undefined) {
    out(`Region ${before} stops as soon as it reads that, and without reading it when its lease is over.`);
  }
  out(
    `This one begins ${seconds} s after it has read it: GET /activez answers 200 then, /statusz says what it waits for.`,
  );
  return exitCodes.ok;
};
