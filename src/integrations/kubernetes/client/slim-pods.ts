import type { ResponseContext } from '@kubernetes/client-node';
import { Observable } from '@kubernetes/client-node/dist/gen/rxjsStub.js';
import { z } from 'zod';
import { rewritten } from './answer-text.ts';

const PodList = z.looseObject({
  items: z.array(z.looseObject({ metadata: z.record(z.string(), z.unknown()).optional() })),
});

/**
 * Drops what nobody here reads of pods (their spec, the managed fields) before the client makes objects of it: that is
 * most of an answer, and making it into objects most of the time and memory of a look.
 */
export const slimPods = {
  pre: <T>(context: T): Observable<T> => new Observable(Promise.resolve(context)),
  post: (context: ResponseContext): Observable<ResponseContext> =>
    new Observable(rewritten(context, slimText)),
};

/** Pure: a list of pods, as JSON. What is not one is left as it is, for the client to say what is wrong with it. */
export const slimText = (text: string): string => {
  try {
    const list = PodList.safeParse(JSON.parse(text));
    if (!list.success) return text;
    const items = list.data.items.map(
      ({ spec: _, metadata: { managedFields: __, ...metadata } = {}, ...rest }) => ({
        ...rest,
        metadata,
      }),
    );
    return JSON.stringify({ ...list.data, items });
  } catch {
    return text;
  }
};
