import { describe, expect, test } from 'vitest';
import { reportCsv } from '../../../src/cli/report/csv.ts';
import { reportMarkdown } from '../../../src/cli/report/markdown.ts';
import { reportText } from '../../../src/cli/report/text.ts';
import { createAlertFigures } from '../../../src/report/alert-figures.ts';
import { createRebuildFigures } from '../../../src/report/rebuild-figures.ts';
import { hours } from '../../builders/event.ts';
import { aReport } from '../../builders/report.ts';

const plain = (_: unknown, text: string): string => text;
const text = (...args: Parameters<typeof aReport>): string => reportText(aReport(...args), plain);
const flat = (words: string): string => words.replace(/\s+/g, ' ');
/** A name that would be an escape sequence, a table cell, a mention, a link and a line of its own. */
const hostile = '\u001b[2J|x|\n# Lie <@U0BOSS> [a](https://evil.example) `b`';

describe('text', () => {
  test.each([
    ['a report of everything', [{}]],
    ['with people', [{ people: true }]],
    ['in another zone', [{}, 'Latency', { zone: 'America/Argentina/Buenos_Aires' }]],
    ['with a name that is far too long', [{ people: true }, 'long-name-'.repeat(30)]],
    ['with hostile names', [{ people: true }, hostile]],
  ] as readonly [string, Parameters<typeof aReport>][])(
    '%s fits into 80 columns, and holds no control character',
    (_, args) => {
      const lines = text(...args).split('\n');
      for (const line of lines) expect(line.length <= 80 || !line.trim().includes(' '), line).toBe(true);
      expect(lines.join('').replace(/[\x20-\x7e–−±→…‘’]/g, '')).toBe('');
    },
  );

  test('says of when it is, what it is compared with, and by whose clocks', () => {
    expect(text({}, 'Latency', { zone: 'Europe/Berlin' }).split('\n').slice(0, 5)).toEqual([
      'farmhand report',
      'Mon 16 Nov 2026, 00:00 to Mon 23 Nov 2026, 00:00 (168 h)',
      'Compared with the 168 h from Mon 9 Nov 2026, 00:00 on. Made Mon 23 Nov 2026,',
      '  10:00.',
      'Times are by the clocks of Europe/Berlin. All that is on record; people are not',
    ]);
  });

  test('the short of it comes first', () => {
    expect(flat(text())).toContain(
      'In short 5 firings began (−17 %); 3 alerts fired at the end. Half of those acknowledged were so within 6m 59s; 3 were not at all. ' +
        '1 rebuild started, 0 released, 1 failed, 0 cancelled, 0 in flight at the end. 4 changes, 3 of them approved.',
    );
  });

  test('what is not whole is said there, too', () => {
    const { reach, period } = aReport();
    const cut = {
      ...reach,
      alerts: period.from + hours(1),
      rebuilds: period.from + hours(2),
      freezes: period.to,
    };
    const said = flat(text({ reach: cut, before: {} }));
    expect(said.indexOf('NOT WHOLE: alerts that were over before Mon 16 Nov 2026, 01:00')).toBeLessThan(
      said.indexOf('Firings that began'),
    );
    expect(said).toContain(
      'NOT WHOLE: rebuilds that were over before Mon 16 Nov 2026, 02:00 may be off record',
    );
    expect(said).toContain('NOT WHOLE: only the last 100 freezes are kept');
    expect(said).toContain('Firings that began 5 – –');
  });

  test('no person, and nobody’s words, without --people', () => {
    const quiet = text({}, 'x').replaceAll('farmhand', '');
    expect(quiet).not.toContain('U0ANN');
    const said = flat(text({ people: true }, 'x'));
    expect(said).toContain('by x (U0ANN) as sre; approved by x (U0ANN); x');
    expect(said).toContain('taken by times x (U0ANN) 2');
  });

  test('of a tier it says so, and nothing of the installation', () => {
    const { own: _, ...report } = aReport({ tier: 'alpha' });
    const said = flat(reportText(report, plain));
    expect(said).toContain('Only what the tier alpha may see');
    expect(said).not.toContain('alerts-dead');
    expect(said).toContain('of the whole installation: no tier sees them');
  });

  test('a week without anything is calm', () => {
    const { period } = aReport();
    const nothing = aReport({
      alerts: createAlertFigures(period, false).figures(),
      rebuilds: createRebuildFigures(period, undefined).figures(),
      changes: { all: [], more: 0 },
      before: {},
    });
    expect(flat(reportText(nothing, plain))).toMatch(
      /In short No alert began to fire; 0 fired at the end\. No rebuild ran\. Nothing was changed\./,
    );
  });
});

test('markdown: names from outside make no table, heading, link or mention', () => {
  const page = reportMarkdown(aReport({ people: true }, hostile));
  expect(page).not.toContain('<@U0BOSS>');
  expect(page).not.toContain('https://');
  expect(page).not.toMatch(/(?<!\\)\]\(/);
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  // Every row of a table has as many cells as its head.
  let cells = 0;
  for (const row of rows) {
    const count = row.replaceAll('\\|', '').split('|').length;
    if (row.startsWith('| ---')) expect(count).toBe(cells);
    cells = count;
  }
  expect(page.split('\n').filter((line) => line.startsWith('# '))).toEqual(['# farmhand report']);
});

describe('csv', () => {
  const rowsOf = (...args: Parameters<typeof aReport>) => reportCsv(aReport(...args)).split('\n');

  test('one figure a line, with that of the time before beside it', () => {
    const rows = rowsOf();
    const at = '2026-11-16T00:00:00.000Z,2026-11-23T00:00:00.000Z';
    expect(rows[0]).toBe('from,to,figure,name,unit,value,before');
    expect(rows).toContain(`${at},alerts.began,,count,5,6`);
    expect(rows).toContain(`${at},alerts.severity.began,warning,count,3,4`);
    expect(rows).toContain(`${at},alerts.to_acknowledge.p50,,ms,418500,178500`);
    expect(rows).toContain(`${at},rebuilds.cost,,USD,1140,0`);
    expect(rows).toContain(`${at},rebuilds.intervention.asked,too few farmers,count,1,`);
    expect(rows).toContain(`${at},own.dead_letters,bad_json,count,2,`);
    expect(new Set(rows.map((row) => row.split(',').length))).toEqual(new Set([7]));
  });

  test('where the time before is off record there is nothing beside it', () => {
    expect(rowsOf({ before: {} })).toContain(
      '2026-11-16T00:00:00.000Z,2026-11-23T00:00:00.000Z,alerts.began,,count,5,',
    );
  });

  test.each(['=1+1', '+1', '-1', '@sum'])('the name %s is no formula', (name) => {
    const rows = rowsOf({}, name);
    expect(rows.some((row) => row.includes(`,alerts.service,'${name},`))).toBe(true);
    expect(rows.some((row) => row.includes(`,${name},`))).toBe(false);
  });

  test('commas and quotes stay in their cell', () => {
    expect(rowsOf({}, 'a,"b"').some((row) => row.includes(',alerts.service,"a,""b""",count,5,6'))).toBe(true);
  });
});
