import { auditCatalogue } from '../src/audit/catalogue.ts';
import { auditFields } from '../src/audit/fields.ts';
import { markdownTable, replaceBetween } from './markdown.ts';

/** `docs/audit.md` with its tables of records and fields as the code has them. */
export const withAuditTables = (doc: string): string =>
  withTable(withTable(doc, 'records', records), 'fields', fields);

const withTable = (doc: string, name: string, table: string): string =>
  replaceBetween(doc, `<!-- ${name}: written by scripts/generate.ts -->`, `<!-- /${name} -->`, table);

const records = markdownTable(
  ['type', 'what it says', 'serves (NIST SP 800-53)'],
  Object.entries(auditCatalogue).map(([type, { says, controls }]) => [
    `\`${type}\``,
    says,
    controls.join(', '),
  ]),
);

const fields = markdownTable(
  ['field', 'what it holds', 'serves'],
  Object.entries(auditFields).map(([field, { holds, controls }]) => [
    `\`${field}\``,
    holds,
    controls.join(', '),
  ]),
);
