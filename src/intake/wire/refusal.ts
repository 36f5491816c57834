import type { z } from 'zod';
import type { Problem } from '../../core/errors.ts';
import type { RejectReason } from '../../core/reasons.ts';

/** Why a body was not read: a reason code, and every problem found. Holds nothing of the body but field names. */
export interface IntakeRefusal {
  readonly ok: false;
  readonly reason: RejectReason;
  readonly problems: readonly Problem[];
  /** What could not be read, of a body whose wrapping could: the same content in another wrapping is known by it. */
  readonly content?: unknown;
}

export const refuse = (reason: RejectReason, path: string, message: string): IntakeRefusal => ({
  ok: false,
  reason,
  problems: [{ path, message }],
});

/** `base.child`, where either may be empty. */
export const joinPath = (base: string, child: string): string =>
  base === '' || child === '' ? base + child : `${base}.${child}`;

/** The problems of a failed parse; `base` is where the parsed value lies in the body. */
export const problemsOf = (error: z.ZodError, base: string): readonly Problem[] =>
  error.issues.map((issue) => ({
    path: joinPath(base, issue.path.map(segment).join('.')) || '(body)',
    message:
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys.slice(0, 5).map(segment).join(', ')}; see docs/envelope.md`
        : plainly(issue.message),
  }));

const plainly = (message: string): string =>
  message.endsWith('received undefined') ? 'is missing' : message.replace(/^Invalid (input|option): /, '');

/** A field name that does not look like one may be content (a token, a bidi trick): it is not repeated. */
export const segment = (key: PropertyKey): string =>
  typeof key === 'number' || /^[A-Za-z_]\w{0,39}$/.test(String(key)) ? String(key) : '?';

const shown = 20;

/** `path: message` for each problem, at most twenty of them. */
export const detailOf = (problems: readonly Problem[]): string => {
  const list = [...new Set(problems.map((p) => `${p.path}: ${p.message}`))];
  const more = list.length > shown ? [`… and ${list.length - shown} more`] : [];
  return [...list.slice(0, shown), ...more].join('; ');
};
