import { isObject } from '../../core/json.ts';

export type SlackBody =
  /** An event, a command, a click: for Bolt. */
  | { readonly code: 'request'; readonly body: Readonly<Record<string, unknown>> }
  /** Slack asks whether this is the address, when it is entered in the app's settings. */
  | { readonly code: 'challenge'; readonly challenge: string }
  | { readonly code: 'wrong_type' | 'not_utf8' | 'unreadable' };

/** The two types in which Slack sends; with or without parameters. */
const typeOf = (contentType: string | undefined): 'form' | 'json' | undefined => {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
};

/**
 * Slack's question whether TLS works: not signed, and answered with nothing. Whatever else is in it is not looked at.
 * https://docs.slack.dev/interactivity/implementing-slash-commands
 */
export const isTlsCheck = (contentType: string | undefined, bytes: Uint8Array): boolean =>
  typeOf(contentType) === 'form' &&
  bytes.length < 4_096 &&
  new URLSearchParams(Buffer.from(bytes).toString('latin1')).get('ssl_check') === '1';

/** The body of a request that Slack signed. */
export const readSlackBody = (contentType: string | undefined, bytes: Uint8Array): SlackBody => {
  const type = typeOf(contentType);
  if (type === undefined) return { code: 'wrong_type' };
  const text = utf8(bytes);
  if (text === undefined) return { code: 'not_utf8' };
  if (type === 'json') return read(text);
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  if (payload !== null) return read(payload);
  // A slash command. Of a field that is there twice, which Slack does not send, the last one counts.
  const fields = Object.fromEntries(form);
  return typeof fields['command'] === 'string' ? { code: 'request', body: fields } : { code: 'unreadable' };
};

const read = (text: string): SlackBody => {
  const body = parsed(text);
  if (!isObject(body)) return { code: 'unreadable' };
  if (body['type'] !== 'url_verification') return { code: 'request', body };
  const { challenge } = body;
  return typeof challenge === 'string' ? { code: 'challenge', challenge } : { code: 'unreadable' };
};

const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
