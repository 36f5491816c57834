import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient } from '../client/client.ts';
import type { KafkaSettings } from '../client/security.ts';

export type GroupFacts =
  | { readonly ok: true; readonly state: string; readonly members: number }
  | { readonly ok: false; readonly error: string };

/** How the consumer group is; reads only, and joins nothing. */
export const lookAtGroup = async (
  settings: KafkaSettings,
  deps: { readonly log: Log },
): Promise<GroupFacts> => {
  const kafka = await createClient(settings, { ...deps, retries: 1 });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([settings.group_id]);
    const [group] = groups;
    return { ok: true, state: group?.state ?? 'unknown', members: group?.members.length ?? 0 };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};
