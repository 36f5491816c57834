import { describe, expect, test } from 'vitest';
import { listScope } from '../../../src/alerts/lists/list-silence.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { SilenceScopes } from '../../../src/alerts/ports/ports.ts';
import { anAlert } from '../../builders/alert.ts';
import { minutes, t0 } from '../../builders/event.ts';

type Labels = Readonly<Record<string, string>>;
const of = (labels: Labels, over: Partial<Alert> = {}): Alert =>
  anAlert({ labels, links: { alertmanager: 'http://am' }, ...over });

/** An Alertmanager where all of this fires. */
const scopesOf = (firing: readonly Labels[], error?: string): SilenceScopes => ({
  placeOf: ({ links }) => (links.alertmanager === undefined ? undefined : 'main'),
  others: async (_, matchers, members) => {
    if (error !== undefined) return { ok: false, error };
    const own = new Set(members.map(({ labels }) => JSON.stringify(labels)));
    const fits = firing.filter((labels) =>
      Object.entries(matchers).every(([name, value]) => labels[name] === value),
    );
    return { ok: true, others: fits.filter((labels) => !own.has(JSON.stringify(labels))) };
  },
});

const seen = async (
  alerts: readonly Alert[],
  named: readonly string[],
  others: readonly Labels[],
  error?: string,
) => {
  const firing = [...alerts.map(({ labels }) => labels), ...others];
  const scope = await listScope({ scopes: scopesOf(firing, error) }, { alerts, named }, t0);
  if (!scope.ok) return scope.code;
  const [part] = scope.parts;
  return [part?.matchers, part?.others.ok === true ? part.others.count : undefined];
};

const checkout = { alertname: 'Down', service: 'checkout', team: 'pay' };
const slow = { alertname: 'Slow', service: 'checkout', team: 'pay' };
const search = { alertname: 'Down', service: 'search', team: 'web' };

describe('what a silence of a list goes by', () => {
  test.each([
    ['what it was asked for by', [checkout, slow], ['service'], [search], [{ service: 'checkout' }, 0]],
    ['the name, where that is the same for all', [checkout, search], [], [slow], [{ alertname: 'Down' }, 0]],
    [
      'one label more, where something else has the first',
      [checkout],
      ['service'],
      [slow],
      [{ service: 'checkout', alertname: 'Down' }, 0],
    ],
    [
      'what is left besides is counted',
      [
        { ...checkout, pod: 'a' },
        { ...checkout, pod: 'b' },
      ],
      ['service'],
      [{ ...checkout, pod: 'c' }],
      [{ service: 'checkout' }, 1],
    ],
    [
      'any labels that say exactly this, where the list was asked for by none',
      [checkout, slow],
      [],
      [search],
      [{ service: 'checkout' }, 0],
    ],
  ] as const)('%s', async (_, alerts, named, others, expected) => {
    expect(
      await seen(
        alerts.map((labels) => of(labels)),
        named,
        others,
      ),
    ).toEqual(expected);
  });

  test('where nothing else fires, by what tells what it is, and never by what says only how bad or where', async () => {
    const bad = { severity: 'critical', cluster: 'eu' };
    const [one, other] = [of({ ...checkout, ...bad }), of({ ...slow, ...bad })];
    expect(await seen([one, other], [], [])).toEqual([{ service: 'checkout' }, 0]);
    const mixed = of({ ...bad, alertname: 'Full', service: 'db' });
    expect(await seen([one, mixed], [], [])).toBe('silence_list_labels');
  });

  test.each(['cluster', 'cluster_name', 'namespace', 'job'])(
    'a storm that shares its %s is not silenced by it: so would be all that fires there later',
    async (name) => {
      const storm = ['checkout', 'search', 'db'].map((service) =>
        of({ alertname: `Slow-${service}`, service, [name]: 'prod' }),
      );
      expect(await seen(storm, [], [])).toBe('silence_list_labels');
      expect(await seen(storm, [name], [])).toEqual([{ [name]: 'prod' }, 0]);
    },
  );

  test.each([
    ['they share nothing', [checkout, { alertname: 'Full', service: 'db' }], []],
    [
      'what they share reaches one more',
      [checkout, slow],
      [{ alertname: 'Full', service: 'checkout', team: 'pay' }],
    ],
  ])('refused where %s, as nothing few says it', async (_, alerts, others) => {
    expect(
      await seen(
        alerts.map((labels) => of(labels)),
        [],
        others,
      ),
    ).toBe('silence_list_labels');
  });

  test('refused where nobody can say what else it reaches, and no name is the same', async () => {
    expect(await seen([of(checkout), of(slow)], [], [], 'timed out')).toBe('silence_list_labels');
    expect(await seen([of(checkout), of(slow)], ['service'], [], 'timed out')).toEqual([
      { service: 'checkout' },
      undefined,
    ]);
  });

  test('what is silenced already is not asked for again, and nothing is where all is', async () => {
    const quiet = { silence: { by: { id: 'U1' }, reason: 'x', until: t0 + minutes(1) } };
    expect(await seen([of(checkout), of(search, quiet)], ['service'], [])).toEqual([
      { service: 'checkout' },
      0,
    ]);
    expect(await seen([of(checkout, quiet)], ['service'], [])).toBe('silence_over');
    expect(await seen([of(checkout, { links: {} })], ['service'], [])).toBe('silence_nowhere');
  });
});
