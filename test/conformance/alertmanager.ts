import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { SilenceRequest } from '../../src/alerts/ports.ts';
import { createSilences } from '../../src/integrations/alertmanager/silences.ts';
import { openHttp } from '../../src/integrations/http/call.ts';

export const silenceRequest = (change: Partial<SilenceRequest> = {}): SilenceRequest => {
  const now = Date.now();
  return {
    key: `series-${now.toString(36)}-${Math.random().toString(36).slice(2)}/silence`,
    labels: { alertname: 'HighErrorRate', service: 'payments', summary: 'odd "text" \\ with €' },
    startsAt: now,
    endsAt: now + 7_200_000,
    createdBy: 'ada (Slack U012AB3CD)',
    comment: 'the deploy is being rolled back',
    ...change,
  };
};

const Listed = z.array(z.looseObject({ id: z.string(), comment: z.string() }));

export const listSilences = async (url: string): Promise<z.infer<typeof Listed>> =>
  Listed.parse(await (await fetch(`${url}/api/v2/silences`)).json());

/** What `createSilences` relies on, held against an Alertmanager: the real one and the simulator alike. */
export const silencesConform = (start: () => Promise<AsyncDisposable & { readonly url: string }>): void => {
  let alertmanager: Awaited<ReturnType<typeof start>>;
  const http = openHttp();
  beforeAll(async () => {
    alertmanager = await start();
  });
  afterAll(async () => {
    await http[Symbol.asyncDispose]();
    await alertmanager[Symbol.asyncDispose]();
  });
  const port = () => createSilences([{ name: 'main', url: alertmanager.url }], { http });
  const ownSilences = async (request: SilenceRequest) =>
    (await listSilences(alertmanager.url)).filter((s) => s.comment.includes(request.key));

  test('a silence is created with all labels as plain equal matchers', async () => {
    const request = silenceRequest();
    const result = await port().silence(request);
    const [silence] = await ownSilences(request);
    expect(result).toEqual({
      ok: true,
      id: silence?.id,
      url: `${alertmanager.url}/#/silences/${silence?.id}`,
      text: 'in Alertmanager main',
    });
    expect(silence).toEqual({
      id: expect.any(String),
      status: { state: 'active' },
      updatedAt: expect.any(String),
      startsAt: expect.any(String),
      endsAt: new Date(request.endsAt).toISOString(),
      createdBy: 'ada (Slack U012AB3CD)',
      comment: `the deploy is being rolled back [farmhand ${request.key}]`,
      matchers: [
        { name: 'alertname', value: 'HighErrorRate', isRegex: false, isEqual: true },
        { name: 'service', value: 'payments', isRegex: false, isEqual: true },
        { name: 'summary', value: 'odd "text" \\ with €', isRegex: false, isEqual: true },
      ],
    });
  });

  test('nothing happens when a silence of the same key is asked for again', async () => {
    const request = silenceRequest();
    const first = await port().silence(request);
    expect(await port().silence(request)).toEqual(first);
    expect(await ownSilences(request)).toHaveLength(1);
  });

  test('it is found again although its alertname cannot be written as a filter', async () => {
    const request = silenceRequest({ labels: { alertname: 'two words, "quoted" {x}' } });
    const first = await port().silence(request);
    expect(await port().silence(request)).toEqual(first);
    expect(await ownSilences(request)).toHaveLength(1);
  });

  test('a silence that a person ended early is not created again', async () => {
    const request = silenceRequest();
    const first = await port().silence(request);
    const id = first.ok ? first.id : '';
    await fetch(`${alertmanager.url}/api/v2/silence/${id}`, { method: 'DELETE' });
    expect(await port().silence(request)).toEqual({
      ...first,
      text: 'in Alertmanager main; it has expired since',
    });
    expect(await ownSilences(request)).toHaveLength(1);
  });

  test('what Alertmanager refuses is refused for good, in its words', async () => {
    const request = silenceRequest({ labels: { 'not-a-label': 'x' } });
    expect(await port().silence(request)).toEqual({
      ok: false,
      retry: false,
      error:
        'Alertmanager main answered 400: silence invalid: invalid label matcher 0: invalid label name "not-a-label". Nothing was silenced.',
    });
  });
};
