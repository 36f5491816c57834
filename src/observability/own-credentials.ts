import { namesSecret } from './redact.ts';
import { formsOf } from './secret-forms.ts';

const mark = '[redacted]';
const remembered = 64;

/**
 * Takes out of an answer what the request had carried as its credentials. A system or a proxy on the way may answer
 * with the request itself (a debug page, an error that names its headers), and the answer ends in a thread and a ticket.
 */
export const withoutCredentials = (headers: Readonly<Record<string, string>>): ((text: string) => string) => {
  const forms = Object.entries(headers).flatMap(([name, value]) =>
    namesSecret(name) ? formsOfHeader(value) : [],
  );
  return (text) => forms.reduce((out, form) => (out.includes(form) ? out.replaceAll(form, mark) : out), text);
};

// A Map keeps the order of insertion: the oldest come first.
const known = new Map<string, readonly string[]>();

/** Made once a credential: a look at a rebuild makes several calls with the same. */
const formsOfHeader = (value: string): readonly string[] => {
  const before = known.get(value);
  if (before) return before;
  const forms = [...new Set(credentialsIn(value).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  known.set(value, forms);
  const oldest = known.keys().next().value;
  if (known.size > remembered && oldest !== undefined) known.delete(oldest);
  return forms;
};

/** `Bearer abc` carries `abc`; `Basic …` carries its own text and the password in it. */
const credentialsIn = (value: string): readonly string[] => {
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z-]+)\s+)?(.*)$/s.exec(value) ?? [];
  if (scheme.toLowerCase() !== 'basic') return [rest];
  const login = Buffer.from(rest, 'base64').toString('utf8');
  return [rest, login, login.slice(login.indexOf(':') + 1)];
};
