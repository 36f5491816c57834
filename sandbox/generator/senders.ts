import { setTimeout as delay } from 'node:timers/promises';
import type { Sending } from './sendings.ts';

/** As `KafkaEmitter.emit`. */
type Emit = (
  topic: string,
  messages: readonly { value: string; key: string; headers: Readonly<Record<string, string>> }[],
) => Promise<unknown>;

/** Sends to Kafka: the topic of the tier where there is one, and the tier as a header where there is not. */
export const kafkaSender =
  (emit: Emit, topics: { readonly byTier: Readonly<Record<string, string>>; readonly other: string }) =>
  async (message: Sending): Promise<void> => {
    const { body, key, tier, contentType } = message;
    const headers = { 'content-type': contentType, tier };
    await emit(topics.byTier[tier] ?? topics.other, [{ value: body, key, headers }]);
  };

const attempts = 5;

/** Posts to farmhand's `/v1/events`, and again while it is busy or away. `url` is farmhand's address. */
export const httpSender =
  (options: { readonly url: string; readonly token: string; readonly pauseMs?: number }) =>
  async (message: Sending): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await post(options, message);
      // 422: kept in the dead letters, as it should be with poison.
      if (answer.status === 202 || answer.status === 422) return;
      const passing = answer.status === 0 || answer.status === 429 || answer.status >= 500;
      if (!passing || attempt === attempts) {
        throw new Error(`POST /v1/events: ${answer.status || 'no answer'} ${answer.text.slice(0, 300)}`);
      }
      await delay(options.pauseMs ?? 1000);
    }
  };

const post = async (
  { url, token }: { readonly url: string; readonly token: string },
  { body, contentType, tier }: Sending,
): Promise<{ status: number; text: string }> => {
  try {
    const response = await fetch(new URL('/v1/events', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType, tier },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: error instanceof Error ? error.message : String(error) };
  }
};
