import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from '../src/config/json-schema.ts';
import { chartSchema } from './chart-schema.ts';
import { withConfigTables } from './config-doc.ts';
import { withMetricTable } from './metrics-doc.ts';

/** A file that is written from the code: from its present text (if any) to the text it should have. */
interface Generated {
  readonly path: string;
  readonly write: (present: string) => string;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated file. `node scripts/generate.ts` writes them; a contract test holds them equal to the code. */
export const generatedFiles: readonly Generated[] = [
  { path: 'farmhand.schema.json', write: () => json(configJsonSchema()) },
  { path: 'helm/farmhand/values.schema.json', write: () => json(chartSchema()) },
  { path: 'docs/configuration.md', write: withConfigTables },
  { path: 'docs/metrics.md', write: withMetricTable },
];

/** Path of a project file. */
export const projectFile = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const presentText = (path: string): string => {
  try {
    return readFileSync(projectFile(path), 'utf8');
  } catch {
    return '';
  }
};

if (import.meta.main) {
  for (const { path, write } of generatedFiles) {
    const present = presentText(path);
    const text = write(present);
    if (text !== present) writeFileSync(projectFile(path), text);
    console.log(`${text === present ? 'unchanged' : 'written  '}  ${path}`);
  }
}
