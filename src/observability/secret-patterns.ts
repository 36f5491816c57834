/**
 * What a secret looks like when nobody has registered it: the published token shapes of the systems farmhand talks
 * to. Quantifiers are bounded or start at a fixed prefix, so that hostile text costs linear time.
 */
export const secretPatterns: readonly { readonly pattern: RegExp; readonly by: string }[] = [
  // Slack: xoxb-, xoxp-, xoxa-, xoxe.xoxp-, xapp-, xwfp- and incoming webhooks.
  { pattern: /\b(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w-]{3,}/gi, by: '[redacted]' },
  { pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/gi, by: '$1[redacted]' },
  // Socket Mode's address carries its ticket; others carry tokens in the query in the same way.
  {
    pattern:
      /([?&;](?:ticket|token|access_token|api_key|apikey|password|secret|signature|x-amz-[\w-]+)=)[^&\s"'\\]+/gi,
    by: '$1[redacted]',
  },
  { pattern: /\b(Bearer|Basic|Digest|GenieKey)\s+[\w.~+/=-]{6,}/gi, by: '$1 [redacted]' },
  { pattern: /(\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s/:@"']{0,128}:)[^\s/@"']{1,512}@/gi, by: '$1[redacted]@' },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g, by: '[redacted]' },
  { pattern: /\bATATT[\w=-]{8,}/g, by: '[redacted]' },
  { pattern: /\b(?:gh[pousr]_|github_pat_)\w{16,}/g, by: '[redacted]' },
  { pattern: /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, by: '[redacted]' },
  {
    pattern: /-----BEGIN ([A-Z ]{0,20}PRIVATE KEY)-----[^-]{0,8192}(?:-----END \1-----)?/g,
    by: '[redacted]',
  },
];
