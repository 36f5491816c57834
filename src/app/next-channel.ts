import type { AppContext } from './context.ts';

/** From the channel that was wanted to the fallback, then to the default one; each is tried once. */
export const nextChannel = ({ config }: AppContext, refused: string): string | undefined => {
  const { fallback_channel, default_channel } = config().slack;
  if (refused !== fallback_channel && refused !== default_channel) return fallback_channel ?? default_channel;
  if (refused === fallback_channel && default_channel !== fallback_channel) return default_channel;
  return undefined;
};
