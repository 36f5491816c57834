/** The admin endpoint below an instance's base URL, or why that URL cannot be used. */
export type AdminUrl =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly why: string };

/** The token goes to this address and nowhere else: no redirect is followed. */
export const adminUrlOf = (base: string): AdminUrl => {
  if (!URL.canParse(base)) return { ok: false, why: 'it is not a URL' };
  const url = new URL(base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { ok: false, why: 'it is not http(s)' };
  if (url.username !== '' || url.password !== '') return { ok: false, why: 'it carries a name or password' };
  if (url.search !== '' || url.hash !== '') return { ok: false, why: 'it carries a query or a fragment' };
  return { ok: true, url: `${url.origin}${url.pathname.replace(/\/+$/, '')}/.admin` };
};
