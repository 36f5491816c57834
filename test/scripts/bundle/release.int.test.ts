import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { makeRelease } from '../../../scripts/bundle/make-release.ts';

test('a release has the chart, the list of packages and their licences, and sums that hold for all of it', async () => {
  await using dir = await tempDir('release');
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const names = makeRelease(join(dir.path, 'out'));
  expect(names).toEqual(
    expect.arrayContaining([
      `farmhand-${version}.tgz`,
      `farmhand-${version}.cdx.json`,
      `farmhand-${version}-licences.txt`,
      'SHA256SUMS',
    ]),
  );
  const cwd = join(dir.path, 'out');
  const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd, encoding: 'utf8' });
  expect(checked.trim().split('\n')).toHaveLength(names.length - 1);
  const packed = execFileSync('tar', ['-tzf', `farmhand-${version}.tgz`], { cwd, encoding: 'utf8' });
  expect(packed).toContain('farmhand/templates/deployment.yaml');
  expect(packed).not.toContain('farmhand/ci/');
  expect(
    JSON.parse(readFileSync(join(cwd, `farmhand-${version}.cdx.json`), 'utf8')).metadata.component.version,
  ).toBe(version);
});
