import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dcrVerbs } from '../../../commands/parse/dcr-usage.ts';
import { parseDcrWords } from '../../../commands/parse/dcr-words.ts';
import { parseRebuildWords, rebuildReplies } from '../../../commands/parse/rebuild-words.ts';
import { rebuildHelp } from '../../../commands/rebuilds/read.ts';
import { slashCommands } from '../../../commands/surface.ts';
import { helpAnswer } from '../../../views/messages/answers.ts';
import { readable } from '../../views/support/read.ts';

const doc = readFileSync(fileURLToPath(new URL('../../../docs/commands.md', import.meta.url)), 'utf8');
const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

test.each(Object.values(dcrVerbs))('docs/commands.md has /dcr $usage', ({ usage, does }) => {
  expect(doc).toContain(`| \`/dcr ${usage}\` | ${does} |`);
});

test.each(rebuildReplies)(
  'docs/commands.md has the reply $usage, and it is understood',
  ({ usage, does }) => {
    expect(doc).toContain(`| \`${usage}\` | ${does} |`);
    expect(parseRebuildWords(usage, false).kind).toMatch(/^(?:command|status|why|help)$/);
  },
);

test('the help shows what the document does, no more and no less', () => {
  const rows = (part: string) =>
    codes(
      doc
        .split('\n## ')
        .find((text) => text.startsWith(part))
        ?.match(/^\|.*/gm)
        ?.join('\n') ?? '',
    );
  const shown = readable(rebuildHelp(undefined).blocks).join('\n');
  const plain = (code: string) => code.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  const help = [...shown.matchAll(/^`([^`]+)` –/gm)].map(([, code = '']) => plain(code));
  expect(new Set(help)).toEqual(new Set([...rows('Rebuilds: /dcr'), ...rows('In a rebuild')]));
  const alerts = codes(readable(helpAnswer().blocks).join('\n'));
  expect(alerts.map(plain).filter((code) => !doc.includes(`\`${code}\``))).toEqual([]);
});

test('every verb is understood as the document has it', () => {
  const example = (usage: string): string =>
    usage
      .replace(/ \[[^\]]*\](?= <)/g, '')
      .replace(/ \[.*$/, '')
      .replace(/<instance( or (rebuild|all))?>/, 'system6')
      .replace('<n>', '12')
      .replace('<why>', 'lunch');
  for (const { usage } of Object.values(dcrVerbs)) {
    expect(parseDcrWords(example(usage)), usage).not.toMatchObject({ kind: 'unclear' });
  }
});

test('every slash command has its part', () => {
  for (const { command } of Object.values(slashCommands)) expect(doc).toContain(`\`${command}`);
});
