import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { EnvelopeSchema } from '../src/intake/wire/envelope.ts';

/** Where the published schema lies; a test holds it equal to the code. */
export const path = new URL('../docs/envelope.v1.schema.json', import.meta.url);

/** The published JSON Schema of the envelope, as text. */
export const envelopeJsonSchema = (): string => {
  const { $schema, ...rest } = z.toJSONSchema(EnvelopeSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // `format` says it; zod's pattern for the same is 250 characters long.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      delete jsonSchema.id;
    },
  });
  const schema = { $schema, $id: 'urn:farmhand:envelope:v1', title: 'farmhand envelope, version 1', ...rest };
  return `${JSON.stringify(schema, null, 2)}\n`;
};

if (import.meta.main) writeFileSync(path, envelopeJsonSchema());
