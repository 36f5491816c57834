import { z } from 'zod';
import { durationPattern } from '../../core/duration.ts';
import { ConfigSchema } from './schema.ts';

/** What editors check `farmhand.yml` against (JSON Schema, draft 7: the one that YAML language servers know best). */
export const configJsonSchema = (): Record<string, unknown> => {
  const { $schema, ...schema } = z.toJSONSchema(ConfigSchema, {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.title === 'secret') jsonSchema.anyOf = secretForms;
      if (jsonSchema.title === 'duration') jsonSchema.pattern = durationPattern;
    },
  });
  return {
    $schema,
    title: 'farmhand.yml',
    description:
      'Configuration of farmhand. Generated from src/config/schema/schema.ts by scripts/generate.ts.',
    ...JSON.parse(JSON.stringify(schema)),
  };
};

const form = (key: string, description: string) => ({
  type: 'object' as const,
  properties: { [key]: { type: 'string' as const, minLength: 1, description } },
  required: [key],
  additionalProperties: false as const,
});

const secretForms = [
  form('env', 'Name of an environment variable that holds the secret'),
  form('file', 'Path of a mounted file that holds the secret'),
];
