import { readFileSync } from 'node:fs';
import { chartText } from '../../../views/charts/chart-text.ts';
import { rebuildChart } from '../../../views/charts/rebuild-chart.ts';
import { evidencePage } from '../../../views/evidence/evidence-page.ts';
import { linesOf } from '../../audit/chain/copy.ts';
import { type Pack, type PackOptions, packOf } from '../../audit/chain/pack.ts';
import type { AuditChain } from '../../audit/chain/ports.ts';
import { type AuditReaderDeps, recordReading } from '../../audit/chain/reader.ts';
import { chainVerifier, type Verified, verifiedWords } from '../../audit/chain/verify.mjs';
import { firstOf, wishWords } from '../../audit/chain/wish.ts';
import { sha256 } from '../../core/hash.ts';
import { type PackFile, packName } from '../../integrations/jira/closing.ts';
import { type ZipFile, zipOf } from '../../integrations/zip/zip.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';

export interface PackParts {
  readonly pack: Pack;
  /** What it is about, a word each. */
  readonly what: readonly string[];
  /** Records about other things are left out. */
  readonly withheld: boolean;
  /** Its chart goes along. */
  readonly rebuild?: Rebuild | undefined;
  /** When it is made; ms. */
  readonly at: number;
  /** Takes out of the page what nobody may read; the records themselves hold none of it. */
  readonly safe?: (text: string) => string;
}

const readmeFile = new URL('../../audit/chain/pack-readme.txt', import.meta.url);
const verifierFile = new URL('../../audit/chain/verify.mjs', import.meta.url);

/** The files of an evidence pack, and what verifying it says at that moment. */
export const evidencePack = ({
  pack,
  what,
  withheld,
  rebuild,
  at,
  safe = (text) => text,
}: PackParts): { readonly files: readonly ZipFile[]; readonly verified: Verified } => {
  const { lines, about: records, between, checkpoints } = pack;
  const verifier = chainVerifier(checkpoints, { mayWithhold: withheld });
  for (const line of lines) verifier.take(line);
  const verified = verifier.end();
  const about = what.join(', ') || 'all records';
  // Before the rebuild itself there is nothing to draw.
  const drawn = rebuild?.progress?.samples.length ? rebuild : undefined;
  const charts = drawn ? [{ svg: rebuildChart(drawn, at), says: chartText(drawn, at) }] : [];
  const page = evidencePage({
    ...{ what: about, records, between, withheld, at, charts },
    verified: verifiedWords(verified),
  });
  const text = (name: string, written: string): ZipFile => ({ name, bytes: Buffer.from(written, 'utf8') });
  return {
    verified,
    files: [
      text('index.html', safe(page)),
      text('README.txt', readFileSync(readmeFile, 'utf8').replace('{what}', about)),
      text('audit.ndjson', `${lines.join('\n')}\n`),
      text('checkpoints.ndjson', checkpoints.map((one) => `${JSON.stringify(one)}\n`).join('')),
      { name: 'verify.mjs', bytes: readFileSync(verifierFile) },
    ],
  };
};

export interface RebuildPack {
  readonly pack: Pack;
  readonly verified: Verified;
  readonly file: PackFile;
}

/**
 * The pack of a rebuild as one file. Whoever gets it may not see what else was asked of farmhand, so that is left out.
 * Undefined: nothing of it is in the chain any more.
 *
 * @throws StoreUnavailable
 */
export const rebuildPack = async (
  chain: AuditChain,
  rebuild: Rebuild,
  { at, safe, endsWith }: Pick<PackParts, 'at' | 'safe'> & Pick<PackOptions, 'endsWith'>,
): Promise<RebuildPack | undefined> => {
  const wish = { rebuild: rebuild.id };
  const pack = await packOf(linesOf(chain, await firstOf(chain, wish)), wish, {
    withhold: true,
    ...(endsWith && { endsWith }),
  });
  if (!pack) return undefined;
  const { files, verified } = evidencePack({
    ...{ pack, what: wishWords(wish), withheld: true, rebuild, at },
    ...(safe && { safe }),
  });
  const bytes = zipOf(files, at);
  const hash = sha256(bytes);
  const records = pack.about.length;
  const file = { name: packName(rebuild.id, hash), type: 'application/zip', bytes, hash, records } as const;
  return { pack, verified, file };
};

/**
 * The pack of a rebuild that has ended, for its ticket: the same whenever it is made.
 *
 * @throws StoreUnavailable
 */
export const ticketPack =
  (deps: AuditReaderDeps, safe: (text: string) => string) =>
  async (rebuild: Rebuild, until: number): Promise<PackFile | undefined> => {
    const { ticket, phase } = rebuild;
    await recordReading(deps, { actor: { id: 'farmhand' }, how: 'attach to the ticket' }, [
      ...wishWords({ rebuild: rebuild.id }),
      ...(ticket.key === undefined ? [] : [`ticket ${ticket.key}`]),
    ]);
    const made = await rebuildPack(deps.chain, rebuild, {
      ...{ at: until, safe },
      endsWith: ({ object, after }) =>
        object.id === rebuild.id && after?.['decided'] === 'phase' && after['phase'] === phase,
    });
    return made?.file;
  };
