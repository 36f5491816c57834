import kafkajs, { type Message, type Producer } from 'kafkajs';
import { FarmhandError, messageOf } from '../../../core/errors.ts';
import type { DeadLetterPort } from '../../../intake/wire/raw.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient, retry } from '../client/client.ts';
import { causes } from '../client/failures.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';
import { cutRecord, deadLetterRecord } from './dead-letter-record.ts';

/** The dead-letter topic did not take a message. It is not kept, so it counts as not read and comes again. */
class DeadLettersUnavailable extends FarmhandError {
  override readonly name = 'DeadLettersUnavailable';
  constructor(topic: string, cause: unknown) {
    super(
      'dead_letters_unavailable',
      `The dead-letter topic ${topic} took no message (${messageOf(cause)}). Nothing was lost: the messages stay ` +
        'unread. Check that the topic exists and that farmhand may write to it.',
      { retryable: true, cause },
    );
  }
}

export interface KafkaDeadLetters extends DeadLetterPort, AsyncDisposable {}

const tooLarge = (error: unknown): boolean =>
  causes(error).some(
    (each) =>
      each instanceof Error &&
      'type' in each &&
      (each.type === 'MESSAGE_TOO_LARGE' || each.type === 'RECORD_LIST_TOO_LARGE'),
  );

/**
 * Keeps unreadable messages in the dead-letter topic; `keep` resolves when all in-sync replicas have them. A message
 * that is larger than the topic allows is kept cut, with its length, and said in the log.
 * Connects with the first message. @throws DeadLettersUnavailable, retryable.
 */
export const createKafkaDeadLetters = (
  settings: KafkaSettings,
  deps: {
    readonly log: Log;
    readonly signToken?: SignToken;
    /** Named on each, so that another installation with the same topic replays none of them. */
    readonly installation?: string | undefined;
  },
): KafkaDeadLetters => {
  const topic = settings.dead_letter_topic;
  let connected: Promise<Producer> | undefined;

  const connect = async (): Promise<Producer> => {
    const kafka = await createClient(settings, deps);
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { ...retry, retries: 3 },
    });
    await producer.connect();
    return producer;
  };
  const producer = (): Promise<Producer> => {
    connected ??= connect().catch((error: unknown) => {
      connected = undefined;
      throw error;
    });
    return connected;
  };
  const send = async (messages: Message[]): Promise<void> => {
    const to = await producer();
    await to.send({ topic, messages, acks: -1, compression: kafkajs.CompressionTypes.GZIP });
  };
  const sendOne = async (message: Message): Promise<void> => {
    try {
      await send([message]);
    } catch (error) {
      if (!tooLarge(error)) throw error;
      const cut = cutRecord(message);
      deps.log.error(
        { topic, headers: cut.headers },
        'A dead letter is larger than its topic allows; only its beginning was kept',
      );
      await send([cut]);
    }
  };

  return {
    keep: async (rejections) => {
      if (rejections.length === 0) return;
      const messages = rejections.map((rejection) => deadLetterRecord(rejection, deps.installation));
      try {
        await send(messages).catch(async (error: unknown) => {
          if (!tooLarge(error)) throw error;
          for (const message of messages) await sendOne(message);
        });
      } catch (error) {
        throw new DeadLettersUnavailable(topic, error);
      }
    },
    [Symbol.asyncDispose]: async () => {
      const open = await connected?.catch(() => undefined);
      connected = undefined;
      await open?.disconnect();
    },
  };
};
