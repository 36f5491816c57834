import { eventReasons } from '../src/core/reasons.ts';
import { markdownTable, replaceBetween } from './markdown.ts';

/** `docs/runbook.md` with its table of reasons as the code has them. */
export const withReasonTable = (doc: string): string =>
  replaceBetween(
    doc,
    '<!-- reasons: written by scripts/generate.ts -->',
    '<!-- /reasons -->',
    markdownTable(
      ['reason', 'counts as', 'meaning'],
      Object.entries(eventReasons).map(([code, reason]) => [`\`${code}\``, reason.class, reason.says]),
    ),
  );
