/** Slack's own word for why it refused a call (`expired_trigger_id`); undefined for any other failure. */
export const slackWord = (error: unknown): string | undefined => {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
  const word: unknown = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  return typeof word === 'string' ? word : undefined;
};
