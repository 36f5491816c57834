/** What a view may know besides the record: the shell makes a new one for each rendering. */
export interface ViewContext {
  /** `slack.allowed_link_hosts`: the only hosts that links from alerts may point to; `*.example.com` covers subdomains. */
  readonly allowedHosts: readonly string[];
  /** ms since the epoch. */
  readonly now: number;
  /** The workspace's own address as `auth.test` gives it (`https://team.slack.com/`); without it threads are not linked. */
  readonly teamUrl?: string;
  /** Which outside systems are configured: a button that could only be refused is not shown. Default: both. */
  readonly can?: { readonly ticket: boolean; readonly silence: boolean };
  /** Root messages a second that a channel takes: what the digest estimates its ETA by. Default: 1. */
  readonly postsPerSecond?: number;
}
