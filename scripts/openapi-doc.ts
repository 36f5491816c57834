import { writeFileSync } from 'node:fs';
import { openapi } from '../src/http-api/openapi.ts';

/** `docs/openapi.json` as the code has it. */
export const openapiText = (): string => `${JSON.stringify(openapi(), null, 2)}\n`;

if (import.meta.main) writeFileSync(new URL('../docs/openapi.json', import.meta.url), openapiText());
