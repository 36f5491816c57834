import type { ViewContext } from './context.ts';
import { inline } from './escape.ts';

const longest = 1000;

/** `url` in the form Slack takes it between `<` and `|`, or undefined when it is no plain http(s) address. */
const safeUrl = (url: string): URL | undefined => {
  if (url.length > longest || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  const web = parsed.protocol === 'https:' || parsed.protocol === 'http:';
  // Credentials in an address serve to disguise where it leads.
  return web && parsed.username === '' && parsed.password === '' ? parsed : undefined;
};

const marks: Readonly<Record<string, string>> = { '<': '%3C', '>': '%3E', '|': '%7C', '`': '%60' };
const encoded = (url: URL): string => url.href.replace(/[<>|`]/g, (char) => marks[char] ?? char);

/** True when `url` points to one of `hosts`: `example.com`, `example.com:8443`, or `*.example.com` for its subdomains. */
export const isAllowed = (url: string, hosts: readonly string[]): boolean => {
  const parsed = safeUrl(url);
  if (!parsed) return false;
  return hosts.some((entry) => {
    const host = entry.toLowerCase();
    const actual = host.includes(':') ? parsed.host : parsed.hostname;
    return host.startsWith('*.')
      ? actual.endsWith(host.slice(1)) && actual.length > host.length - 1
      : actual === host;
  });
};

/** A link from an alert, where its host is allowed; undefined otherwise: say it as text, or not at all. */
export const dataLink = (
  url: string | undefined,
  label: string,
  ctx: Pick<ViewContext, 'allowedHosts'>,
): string | undefined =>
  url !== undefined && isAllowed(url, ctx.allowedHosts) ? ownLink(url, label) : undefined;

/** A link whose address farmhand made itself, or got from a system in its own config (Jira, the Slack workspace). */
export const ownLink = (url: string | undefined, label: string): string | undefined => {
  const parsed = url === undefined ? undefined : safeUrl(url);
  return parsed && `<${encoded(parsed).replaceAll('&', '&amp;')}|${linkLabel(label)}>`;
};

/** For a link button. */
export const ownUrl = (url: string | undefined): string | undefined => {
  const parsed = url === undefined ? undefined : safeUrl(url);
  return parsed && encoded(parsed);
};

const linkLabel = (label: string): string => inline(label, 120).replaceAll('|', '¦') || 'link';

/** Address of a message in the workspace; undefined as long as the workspace's own address is not known. */
export const permalink = (
  ctx: Pick<ViewContext, 'teamUrl'>,
  channel: string | undefined,
  ts: string | undefined,
): string | undefined => {
  if (ctx.teamUrl === undefined || channel === undefined || ts === undefined) return undefined;
  if (!/^[CGD][A-Z0-9]+$/.test(channel) || !/^\d+\.\d+$/.test(ts)) return undefined;
  return `${ctx.teamUrl.replace(/\/*$/, '/')}archives/${channel}/p${ts.replace('.', '')}`;
};
