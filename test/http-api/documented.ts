import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import { ErrorView } from '../../src/http-api/shared/schema.ts';

/** The published document. */
export const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'farmhand', ...document });

/** The body of `answer`, held against the published document's schema for this path and status. */
export const documented = async (answer: Response, path: string, method = 'get'): Promise<unknown> => {
  const body: unknown = await answer.json();
  const pointer = `${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}`;
  const validate = ajv.compile({
    $ref: `farmhand#/paths/${pointer}/${method}/responses/${answer.status}/content/application~1json/schema`,
  });
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  return body;
};

export const refused = async (answer: Response, path: string) =>
  ErrorView.parse(await documented(answer, path));
