/** An address of the site, whose own may have a context path: `https://jira.example.com/jira`. */
export const siteUrl = (host: string, path: string): string => host.replace(/\/+$/, '') + path;
