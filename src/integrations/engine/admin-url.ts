/** The admin endpoint below an instance's base URL, or why that URL cannot be used; `more`: it has a query or a fragment. */
export type AdminUrl =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly code: 'not_url' | 'not_http' | 'credentials' | 'more' };

/** The token goes to this address and nowhere else: no redirect is followed. */
export const adminUrlOf = (base: string): AdminUrl => {
  if (!URL.canParse(base)) return { ok: false, code: 'not_url' };
  const url = new URL(base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { ok: false, code: 'not_http' };
  if (url.username !== '' || url.password !== '') return { ok: false, code: 'credentials' };
  if (url.search !== '' || url.hash !== '') return { ok: false, code: 'more' };
  return { ok: true, url: `${url.origin}${url.pathname.replace(/\/+$/, '')}/.admin` };
};
