import type { z } from 'zod';
import { withoutNulls } from '../../core/json.ts';
import { cut } from '../../core/text.ts';
import { said } from '../http-client/said.ts';
import { EngineStatus } from './schema.ts';

/** The status that a node made with `statusTemplate`, or what is wrong with it. */
export const parseStatus = (
  body: string,
): { readonly ok: true; readonly value: EngineStatus } | { readonly ok: false; readonly why: string } => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, why: notJson(body) };
  }
  const parsed = EngineStatus.safeParse(withoutNulls(value));
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, why: problems(parsed.error) };
};

/** Velocity leaves a reference standing where it knows no value. */
const notJson = (body: string): string => {
  const unknown = /\$!?\{?(?:status|run|frontend|esc)\b[\w.]*/.exec(body)?.[0];
  return unknown === undefined
    ? `it is not JSON: ${said(body)}`
    : `the node does not know ${cut(unknown, 60)}: it must offer what docs/engine.md lists`;
};

const problems = (error: z.ZodError): string => {
  const told = error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const more = error.issues.length - told.length;
  return cut(`it is not as asked for: ${told.join('; ')}${more > 0 ? ` (and ${more} more)` : ''}`, 400);
};
