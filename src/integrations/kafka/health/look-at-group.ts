import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient } from '../client/client.ts';
import type { KafkaSettings } from '../client/security.ts';
import { createBrokerView } from './broker-view.ts';
import { othersIn } from './problems.ts';

export type GroupFacts =
  | {
      readonly ok: true;
      readonly state: string;
      readonly members: number;
      /** Who reads in it and is not farmhand, each as people know it. */
      readonly others: readonly string[];
    }
  | { readonly ok: false; readonly error: string };

/** How the consumer group is; reads only, and joins nothing. */
export const lookAtGroup = async (
  settings: KafkaSettings,
  deps: { readonly log: Log },
): Promise<GroupFacts> => {
  const kafka = await createClient(settings, { ...deps, retries: 1 });
  const admin = kafka.admin();
  await using view = createBrokerView(kafka);
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([settings.group_id]);
    const [group] = groups;
    const others = othersIn((await view.readers(settings.group_id)) ?? [], settings.client_id);
    return { ok: true, state: group?.state ?? 'unknown', members: group?.members.length ?? 0, others };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};
