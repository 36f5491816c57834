import { processRoles } from '../src/app/shared/run-options.ts';
import { environmentSettings } from '../src/config/environment.ts';
import { configJsonSchema } from '../src/config/schema/json-schema.ts';
import { keyReferences, type SchemaNode } from '../src/config/schema/reference.ts';
import { secretRows } from '../src/config/secret-uses.ts';
import { markdownTable, replaceBetween } from './markdown.ts';

/** `docs/configuration.md` with its tables as the code has them. */
export const withConfigTables = (doc: string): string =>
  Object.entries({ keys, environment, secrets }).reduce(
    (text, [name, table]) =>
      replaceBetween(text, `<!-- ${name}: written by scripts/generate.ts -->`, `<!-- /${name} -->`, table()),
    doc,
  );

const secrets = (): string =>
  markdownTable(
    ['secret', ...processRoles],
    secretRows().map(({ path, reads }) => [
      `\`${path}\``,
      ...processRoles.map((role) => ({ yes: '✓', no: '' })[reads[role]] ?? `with ${reads[role]}`),
    ]),
  );

const keys = (): string => {
  const root: SchemaNode = configJsonSchema();
  return Object.entries(root.properties ?? {})
    .map(([name, node]) => {
      const list = node.items !== undefined;
      const rows = keyReferences(node.items ?? node, list ? `${name}[]` : name);
      const needed = root.required?.includes(name) ? ' Required.' : '';
      const table = markdownTable(
        ['key', 'type', 'default', 'meaning'],
        rows.map((row) => [`\`${row.path}\``, row.type, row.fallback, row.description]),
      );
      return `### ${name}\n\n${node.description ?? ''}.${needed}\n\n${table}`;
    })
    .join('\n\n');
};

const environment = (): string =>
  markdownTable(
    ['variable', 'wins over the file', 'meaning'],
    environmentSettings.map((s) => [`\`${s.variable}\``, s.wins ? 'yes' : 'no', s.description]),
  );
