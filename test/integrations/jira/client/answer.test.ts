import { expect, test } from 'vitest';
import type { HttpOutcome } from '../../../../src/integrations/http-client/call.ts';
import { readAnswer } from '../../../../src/integrations/jira/client/answer.ts';
import { JiraFault } from '../../../../src/integrations/jira/client/jira-fault.ts';

const answered = (status: number, body = '', headers = {}): HttpOutcome => ({
  kind: 'answered',
  status,
  headers,
  body,
  cut: false,
});

const faultOf = (outcome: HttpOutcome) => {
  try {
    return readAnswer(outcome, 0);
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    const { kind, says, retryAfterMs, retryable, ambiguous } = error;
    return {
      kind,
      says,
      retryable,
      ambiguous,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
};

test('a good answer is its JSON, or nothing', () => {
  expect(readAnswer(answered(201, '{"id":"1"}'), 0)).toEqual({ id: '1' });
  expect(readAnswer(answered(204), 0)).toBeUndefined();
});

test.for([
  [answered(301), 'moved', false, false],
  [answered(400), 'refused', false, false],
  [answered(401), 'unauthorised', false, false],
  [answered(403), 'forbidden', false, false],
  [answered(404), 'missing', false, false],
  [answered(409), 'refused', false, false],
  [answered(410), 'missing', false, false],
  [answered(413), 'refused', false, false],
  [answered(422), 'refused', false, false],
  [answered(429), 'limited', true, false],
  [answered(500), 'broken', true, true],
  [answered(503), 'broken', true, true],
  [answered(200, '<!DOCTYPE html>'), 'broken', true, true],
  [{ kind: 'lost', error: 'x' }, 'lost', true, true],
  [{ kind: 'not_sent', error: 'x' }, 'not_sent', true, false],
] as const)('%o is %s', ([outcome, kind, retryable, ambiguous]) => {
  expect(faultOf(outcome)).toMatchObject({ kind, retryable, ambiguous });
});

test('all messages are joined, with the reason of a limit and its wait', () => {
  expect(
    faultOf(
      answered(429, '{"errorMessages":["Slow down."],"errors":{"a":"b."}}', {
        'retry-after': '3',
        'ratelimit-reason': 'jira-per-issue-on-write',
      }),
    ),
  ).toEqual({
    kind: 'limited',
    says: '429: Slow down; a: b; jira-per-issue-on-write',
    retryable: true,
    ambiguous: false,
    retryAfterMs: 3_000,
  });
});

test('an answer that was cut may hide a success', () => {
  expect(faultOf({ ...answered(200, '{'), cut: true } as HttpOutcome)).toMatchObject({ kind: 'broken' });
});
