import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { journalFile } from '../../../src/integrations/jira/documents/journal-file.ts';
import { createJiraEvidence } from '../../../src/integrations/jira/evidence.ts';
import type { Glass } from '../../../src/rebuild/model/parts/glass.ts';
import type { TicketEntry } from '../../../src/rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { withRow } from '../../../src/rebuild/model/transition.ts';
import { inStep, someProgress } from '../../builders/rebuild.ts';
import { callSite, handOf, type JiraSite, jiraConfig, readSite } from './jira.ts';

/** One grey pixel: a real site makes a thumbnail of it. */
const png = (): Uint8Array => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const crc = (bytes: Buffer): number => {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
};

let count = 0;
/** Its id is new on every run: a real site remembers. */
const aNewRebuild = (): Rebuild => ({
  ...inStep('release', {}, { phase: 'released', progress: someProgress }),
  id: `system6-${Date.now().toString(36)}-${++count}`,
});
const entry = (n: number, kind: TicketEntry['kind'], line: string): TicketEntry => ({
  n,
  at: Date.now(),
  kind,
  by: { id: 'U0ALICE', name: 'Alice' },
  lines: [line],
});

const Issue = z.object({
  fields: z.object({
    status: z.object({ statusCategory: z.object({ key: z.string() }) }),
    attachment: z.array(z.object({ filename: z.string(), mimeType: z.string() })),
  }),
});
const Described = z.object({ fields: z.object({ description: z.unknown() }) });
const readDescription = async (site: JiraSite, key: string) =>
  Described.parse(await readSite(site, `/issue/${key}?fields=description`)).fields.description;

const Other = z.object({ key: z.string() });
const Linked = z.object({
  fields: z.object({
    issuelinks: z.array(z.object({ outwardIssue: Other.optional(), inwardIssue: Other.optional() })),
  }),
});

const Comments = z.object({ comments: z.array(z.object({ id: z.string(), body: z.unknown() })) });

/** What `createJiraEvidence` relies on, held against a Jira: a real site and the simulator alike. */
export const evidenceConforms = (site: () => JiraSite): void => {
  test('the ticket of a rebuild: comments are found again by their key, the chart is there once, it is closed', async () => {
    await using http = openHttp();
    const rebuild = aNewRebuild();
    const journal = async () => [{ at: rebuild.at, who: 'farmhand', what: 'released' }];
    const port = () => createJiraEvidence(jiraConfig(site()), { http, chart: async () => png(), journal });
    const raised = await port().raise(
      rebuild,
      'https://example.slack.com/archives/C0DCR/p1763607600000100',
      false,
    );
    expect(raised).toMatchObject({ ok: true });
    const key = raised.ok ? raised.id : '';
    const ticket = { ...rebuild.ticket, key };
    const first = await port().comment(
      rebuild,
      ticket,
      entry(1, 'change', 'Farmers 0 → 24 {code} *x*'),
      false,
    );
    await port().comment(rebuild, ticket, entry(2, 'error', 'It was told.'), false);
    const again = () =>
      port().comment(rebuild, ticket, entry(1, 'change', 'Farmers 0 → 24 {code} *x*'), true);
    expect(await again()).toEqual(first);
    const closing = entry(3, 'closing', 'Released.');
    await port().comment(rebuild, ticket, closing, false);
    await port().comment(rebuild, ticket, closing, true);

    const { comments } = Comments.parse(await readSite(site(), `/issue/${key}/comment?orderBy=-created`));
    expect(comments).toHaveLength(3);
    const { texts } = handOf(site());
    expect(texts(comments[2]?.body)).toContain('Farmers 0 → 24 {code} *x*');
    const { fields } = Issue.parse(await readSite(site(), `/issue/${key}?fields=status,attachment`));
    const file = journalFile(rebuild, await journal(), closing.at);
    expect(fields.attachment.toSorted((a, b) => a.filename.localeCompare(b.filename))).toEqual([
      { filename: file.name, mimeType: 'application/json' },
      { filename: `${rebuild.id}.png`, mimeType: 'image/png' },
    ]);
    expect(texts(comments[0]?.body).join(' ')).toContain(file.hash);
    expect(fields.status.statusCategory.key).toBe('done');
  });

  test('the review task of a broken glass is raised once, linked to the ticket, and found again by a process that knows nothing of it', async () => {
    await using http = openHttp();
    const config = jiraConfig(site());
    const review_task = { ...config.review_task, as: 'linked' as const };
    const port = () => createJiraEvidence({ ...config, review_task }, { http });
    const plain = aNewRebuild();
    const raised = await port().raise(plain, undefined, false);
    const key = raised.ok ? raised.id : '';
    const at = Date.now();
    const glass: Glass = {
      ...{ n: 1, by: { id: 'U0ALICE', name: 'Alice' }, reason: 'the customer {code} is *down*' },
      ...{ at, until: at + 1_800_000, did: [] },
    };
    const rebuild: Rebuild = { ...plain, glass: [glass], ticket: { ...plain.ticket, state: 'open', key } };
    const first = await port().raiseTask(
      rebuild,
      glass,
      'https://example.slack.com/archives/C0DCR/p1',
      false,
    );
    expect(first).toMatchObject({ ok: true });
    const task = first.ok ? first.id : '';
    expect(task).not.toBe(key);
    const { texts } = handOf(site());
    expect(texts(await readDescription(site(), task))).toContain('the customer {code} is *down*');
    const links = async () =>
      Linked.parse(await readSite(site(), `/issue/${task}?fields=issuelinks`)).fields.issuelinks;
    const others = (await links()).map(({ outwardIssue, inwardIssue }) => (outwardIssue ?? inwardIssue)?.key);
    expect(others).toEqual([key]);
    // The search lags: a real site shows it after some seconds.
    await expect
      .poll(() => port().raiseTask(rebuild, glass, undefined, true), { timeout: 20_000, interval: 1_000 })
      .toMatchObject({ ok: true, id: task });
    expect(await links()).toHaveLength(1);
  });

  test('the description is kept up to date between what people write, also by a process that knows nothing of it', async () => {
    await using http = openHttp();
    const port = () => createJiraEvidence(jiraConfig(site()), { http });
    const rebuild = aNewRebuild();
    const raised = await port().raise(rebuild, undefined, false);
    const key = raised.ok ? raised.id : '';
    const told = withRow(rebuild, { kind: 'change', says: 'Farmers 0 → 24 {code} *x*' }, rebuild.at);
    const ticket = { ...told.ticket, key };
    const same = { ok: true, id: key, url: `${site().host}/browse/${key}` };
    const describe = (ifAbsent: 'append' | 'leave') => port().describe(told, ticket, undefined, ifAbsent);
    expect(await describe('leave')).toEqual(same);
    const { texts, around, alone } = handOf(site());
    const first = await readDescription(site(), key);
    expect(texts(first)).toContain('Farmers 0 → 24 {code} *x*');
    expect(await describe('leave')).toEqual(same);
    expect(await readDescription(site(), key)).toEqual(first);
    const note = 'CHG-7, by hand';
    const write = (description: unknown) =>
      callSite(site(), 'PUT', `/issue/${key}`, { fields: { description } });
    await write(around(first, note));
    expect(await describe('leave')).toEqual(same);
    expect(texts(await readDescription(site(), key))).toEqual([note, ...texts(first), note]);
    await write(alone(note));
    expect(await describe('leave')).toEqual({ ...same, absent: true });
    expect(await readDescription(site(), key)).toEqual(alone(note));
    expect(await describe('append')).toEqual({ ...same, absent: true });
    expect(texts(await readDescription(site(), key))).toEqual([note, ...texts(first)]);
  });
};
