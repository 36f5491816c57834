import { readFileSync } from 'node:fs';

/** A webhook of `test/fixtures/clusters`: two clusters with the same labels. */
export const fixtureOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/clusters/${name}.json`, import.meta.url), 'utf8'));
