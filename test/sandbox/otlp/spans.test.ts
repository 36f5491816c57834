import { expect, test } from 'vitest';
import { spansOfJson } from '../../../sandbox/otlp/json.ts';

const sent = (start: number | string, end: number | string): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [
          {
            spans: [
              {
                ...{
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  name: 'a step',
                },
                ...{ startTimeUnixNano: start, endTimeUnixNano: end },
              },
            ],
          },
        ],
      },
    ],
  });

test('a time of whole milliseconds stays one, whatever of its nanoseconds a number can hold', () => {
  const first = 1_795_958_112_733;
  for (let ms = first; ms < first + 2_000; ms += 1) {
    const [span] = spansOfJson(sent(`${ms}000000`, `${ms + 1}000000`));
    expect([span?.start, span?.end]).toEqual([ms, ms + 1]);
  }
});

test('what is between two milliseconds is kept to the microsecond', () => {
  const [span] = spansOfJson(sent('1795958112733123999', '1795958112733124000'));
  expect([span?.start, span?.end]).toEqual([1_795_958_112_733.123, 1_795_958_112_733.124]);
});
