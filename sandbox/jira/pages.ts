import type { Issue, World } from './world.ts';
export const listPage = (_world: World): string => '';
export const issuePage = (_world: World, _issue: Issue): string => '';
export const missingPage = (): string => '';
