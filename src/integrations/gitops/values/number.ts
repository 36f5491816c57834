import { decodeValues, type NumberAt, readDocument } from './document.ts';

export type NumberRead =
  | { readonly ok: true; readonly value: number; readonly text: string; readonly at: NumberAt }
  | { readonly ok: false; readonly error: string };

/** The number at `path` of a values file; an error names file and line. */
export const readNumber = (file: string, bytes: Uint8Array, path: readonly string[]): NumberRead => {
  const text = decodeValues(file, bytes);
  const document = text.ok ? readDocument(file, text.value, []) : text;
  if (!text.ok || !document.ok) {
    const problems = document.ok ? [] : document.problems;
    return {
      ok: false,
      error: problems.map(({ file, line, message }) => said(file, line, message)).join('; '),
    };
  }
  const at = document.value.number(path);
  if ('problem' in at) return { ok: false, error: said(file, at.line, `${path.join('.')} ${at.problem}`) };
  return { ok: true, value: at.value, text: text.value, at };
};

/** The file with another number there; every other byte is as it was. */
export const withNumber = ({ text, at }: Extract<NumberRead, { ok: true }>, value: number): Uint8Array =>
  new TextEncoder().encode(text.slice(0, at.start) + String(value) + text.slice(at.end));

const said = (file: string, line: number | undefined, message: string): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
