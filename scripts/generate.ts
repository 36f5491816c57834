import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { configJsonSchema } from '../src/config/schema/json-schema.ts';
import { withAuditTables } from './audit-doc.ts';
import { chartSchema } from './chart-schema.ts';
import { withConfigTables } from './config-doc.ts';
import { envelopeJsonSchema } from './generate-envelope-schema.ts';
import { httpManifest } from './manifest-http.ts';
import { withMetricTable } from './metrics-doc.ts';
import { openapiText } from './openapi-doc.ts';
import { withReasonTable } from './reasons-doc.ts';
import { statesDoc } from './states-doc.ts';
import { dashboard } from './watch/dashboard.ts';

/** A file that is written from the code: from its present text (if any) to the text it should have. */
interface Generated {
  readonly path: string;
  readonly write: (present: string) => string;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Keeps a JSON file that the formatter has laid out in its own way, as long as it says the same. */
const unlessSame = (present: string, text: string): string =>
  present !== '' && isDeepStrictEqual(JSON.parse(present), JSON.parse(text)) ? present : text;

/** Every generated file. `node scripts/generate.ts` writes them; a contract test holds them equal to the code. */
export const generatedFiles: readonly Generated[] = [
  { path: 'farmhand.schema.json', write: () => json(configJsonSchema()) },
  { path: 'manifest.http.yml', write: () => httpManifest(presentText('manifest.yml')) },
  {
    path: 'helm/farmhand/files/dashboard.json',
    write: (present) => unlessSame(present, json(dashboard())),
  },
  { path: 'helm/farmhand/values.schema.json', write: () => json(chartSchema()) },
  { path: 'docs/audit.md', write: withAuditTables },
  { path: 'docs/configuration.md', write: withConfigTables },
  { path: 'docs/envelope.v1.schema.json', write: envelopeJsonSchema },
  { path: 'docs/metrics.md', write: withMetricTable },
  { path: 'docs/openapi.json', write: (present) => unlessSame(present, openapiText()) },
  { path: 'docs/runbook.md', write: withReasonTable },
  { path: 'docs/states.md', write: statesDoc },
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
  const biome = projectFile('node_modules/@biomejs/biome/bin/biome');
  for (const { path, write } of generatedFiles) {
    const present = presentText(path);
    const text = write(present);
    console.log(`${text === present ? 'unchanged' : 'written  '}  ${path}`);
    if (text === present) continue;
    writeFileSync(projectFile(path), text);
    if (path.endsWith('.json') && !path.endsWith('.schema.json'))
      execFileSync(process.execPath, [biome, 'format', '--write', projectFile(path)]);
  }
}
