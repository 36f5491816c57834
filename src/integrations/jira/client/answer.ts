import { z } from 'zod';
import { cut, oneLine } from '../../../core/text.ts';
import { type HttpOutcome, parseRetryAfter } from '../../http-client/call.ts';
import { said } from '../../http-client/said.ts';
import { JiraFault, type JiraFaultKind } from './jira-fault.ts';

/** Jira's `ErrorCollection`. */
const ErrorCollection = z.object({
  errorMessages: z.array(z.string()).default([]),
  errors: z.record(z.string(), z.string()).default({}),
});

/** The JSON of a successful answer (undefined where there is no body); throws a `JiraFault` for everything else. */
export const readAnswer = (outcome: HttpOutcome, now: number): unknown => {
  if (outcome.kind !== 'answered') throw new JiraFault(outcome.kind, outcome.error);
  const { status, headers, body } = outcome;
  if (status < 200 || status >= 300) {
    const says = `${status}: ${cut(words(body, headers), 1_500)}`;
    throw new JiraFault(kindOf(status), says, parseRetryAfter(waitOf(status, headers), now));
  }
  if (outcome.cut) throw new JiraFault('broken', `${status}: the answer is too long`);
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new JiraFault('broken', `${status}: ${said(body)} instead of JSON`);
  }
};

/** Data Center says beside it how often new calls are allowed. */
const waitOf = (status: number, headers: Readonly<Record<string, string>>): string | undefined =>
  headers['retry-after'] ?? (status === 429 ? headers['x-ratelimit-interval-seconds'] : undefined);

const kindOf = (status: number): JiraFaultKind => {
  if (status >= 500) return 'broken';
  if (status < 400) return 'moved';
  if (status === 429) return 'limited';
  if (status === 401) return 'unauthorised';
  if (status === 403) return 'forbidden';
  return status === 404 || status === 410 ? 'missing' : 'refused';
};

/** Every message of an answer, field errors with their field. */
const words = (body: string, headers: Readonly<Record<string, string>>): string => {
  const reasons = [
    headers['ratelimit-reason'],
    headers['x-ratelimit-reason'],
    headers['x-seraph-loginreason'],
  ].flatMap((text) => (text === undefined ? [] : [oneLine(text)]));
  return [...messages(body), ...reasons].join('; ');
};

const messages = (body: string): readonly string[] => {
  try {
    const found = ErrorCollection.parse(JSON.parse(body));
    const all = [
      ...found.errorMessages.map(oneLine),
      ...Object.entries(found.errors).map(([field, message]) => `${oneLine(field)}: ${oneLine(message)}`),
    ];
    return all.length === 0 ? [said(body)] : all.map((text) => text.replace(/\.$/, ''));
  } catch {
    return [said(body)];
  }
};
