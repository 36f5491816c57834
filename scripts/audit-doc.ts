import { auditCatalogue } from '../src/audit/catalogue.ts';
import { markdownTable, replaceBetween } from './markdown.ts';

/** `docs/audit.md` with its table of records as the catalogue has them. */
export const withAuditTable = (doc: string): string =>
  replaceBetween(
    doc,
    '<!-- table: written by scripts/generate.ts -->',
    '<!-- /table -->',
    markdownTable(
      ['type', 'what it says', 'serves (NIST SP 800-53)'],
      Object.entries(auditCatalogue).map(([type, { says, controls }]) => [
        `\`${type}\``,
        says,
        controls.join(', '),
      ]),
    ),
  );
