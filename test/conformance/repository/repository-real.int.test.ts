import { expect, test } from 'vitest';
import { scratchRepository } from './github.ts';
import { repositoriesConform } from './repository.ts';

const start = scratchRepository(process.env);
if (start) repositoriesConform(start);

test('GitHub itself is used only where a scratch repository and its token are named', () => {
  if (!start) {
    console.log(
      'GitHub is not here: set FARMHAND_GITHUB_REPO and FARMHAND_GITHUB_TOKEN to run the suite on it.',
    );
  }
  expect(scratchRepository({})).toBeUndefined();
  expect(scratchRepository({ FARMHAND_GITHUB_REPO: 'acme/scratch' })).toBeUndefined();
  const both = { FARMHAND_GITHUB_REPO: 'acme/scratch', FARMHAND_GITHUB_TOKEN: 'x' };
  expect(scratchRepository(both)).toEqual(expect.any(Function));
});
