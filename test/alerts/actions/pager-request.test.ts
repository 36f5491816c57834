import { expect, test } from 'vitest';
import { pagerRequest } from '../../../src/alerts/actions/requests.ts';
import { templateValues } from '../../../src/alerts/actions/values.ts';
import { anAlert } from '../../builders/alert.ts';

const linksOf = (routeRunbook: string | undefined, own: string | undefined) => {
  const alert = anAlert({
    ...(routeRunbook !== undefined && { routeRunbook }),
    links: own === undefined ? {} : { runbook: own },
  });
  const spec = { kind: 'pager', to: 'on-call', after: 0, say: 'trigger' } as const;
  return pagerRequest(
    alert,
    spec,
    templateValues(alert, () => undefined),
    'key',
  )?.links;
};

test('whoever is paged gets the runbook of the alert, else that of its route', () => {
  const link = (href: string) => [{ text: 'Runbook', href }];
  expect(linksOf('https://r/route', 'https://r/own')).toEqual(link('https://r/own'));
  expect(linksOf('https://r/route', undefined)).toEqual(link('https://r/route'));
  expect(linksOf(undefined, undefined)).toEqual([]);
});
