import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findCommand } from '../../scripts/setup/machine.ts';
import { parts } from '../../scripts/setup/parts.ts';

const pictures = fileURLToPath(new URL('../../test-results', import.meta.url));

/** A headless Chromium, as it is installed; throws where there is none. */
export const openBrowser = (): Promise<Browser> => {
  const names = parts.find(({ id }) => id === 'chromium')?.commands.flat() ?? [];
  const executablePath = names.map(findCommand).find((path) => path !== undefined);
  if (executablePath === undefined) {
    throw new Error(
      `There is no browser on PATH; looked for ${names.join(', ')}. \`npm run setup\` installs one.`,
    );
  }
  return chromium.launch({
    executablePath,
    // Root has no sandbox to drop into, and a container often little shared memory.
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
};

/** Where a picture goes: `test-results/NAME.png`, which git does not keep. */
export const picture = (name: string): string => {
  mkdirSync(pictures, { recursive: true });
  return join(pictures, `${name}.png`);
};

export interface PageOptions {
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  /** How long anything is waited for, ms; default: 45 s, as what comes soon on a calm machine comes late on a busy one. */
  readonly patience?: number;
}

/** A page of its own; what it throws fails the test that calls `problems`. */
export const openPage = async (
  browser: Browser,
  { width, height, scale = 1, patience = 45_000 }: PageOptions,
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> => {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  page.setDefaultTimeout(patience);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, problems };
};
