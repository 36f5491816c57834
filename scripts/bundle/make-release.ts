import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FarmhandError } from '../../src/core/errors.ts';
import { findCommand } from '../setup/machine.ts';
import { licenceReport, licensed } from './licence-rules.ts';

const root = join(import.meta.dirname, '../..');

/** What is published beside the image, under these names. */
const copied = ['manifest.yml', 'manifest.http.yml', 'farmhand.schema.json', 'CHANGELOG.md', 'SECURITY.md'];

/**
 * Puts into `dir` what belongs to this version: the chart as a package, the packages as CycloneDX, their licences, the app's manifests, and
 * SHA256SUMS over all of it. Answers their names.
 */
export const makeRelease = (dir: string): readonly string[] => {
  const helm = findCommand('helm');
  if (!helm)
    throw new FarmhandError('no_helm', 'the chart cannot be packed: npm run setup -- helm. Nothing was made');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 27 } as const;
  execFileSync(helm, ['package', join(root, 'helm/farmhand'), '--destination', dir], options);
  const sbom = execFileSync(process.execPath, [join(root, 'scripts/bundle/sbom.ts')], options);
  writeFileSync(join(dir, `farmhand-${version}.cdx.json`), sbom);
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  writeFileSync(join(dir, `farmhand-${version}-licences.txt`), licenceReport(licensed(lock)));
  for (const name of copied) copyFileSync(join(root, name), join(dir, name));
  const names = readdirSync(dir).toSorted();
  const sums = names.map((name) => {
    const hash = createHash('sha256')
      .update(readFileSync(join(dir, name)))
      .digest('hex');
    return `${hash}  ${name}\n`;
  });
  writeFileSync(join(dir, 'SHA256SUMS'), sums.join(''));
  return [...names, 'SHA256SUMS'];
};
