import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type GroupDescription, type PartitionAssigner } from 'kafkajs';
import { messageOf, type Problem } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient } from '../client/client.ts';
import type { KafkaSettings, SignToken } from '../client/security.ts';

const { AssignerProtocol, PartitionAssigners } = kafkajs;

/**
 * kafkajs's own assigner, under its own name and with its own result, so that members of before and of now share a group; each
 * member says besides which installation it is of.
 */
export const assignerOf =
  (installation: string | undefined): PartitionAssigner =>
  (config) => {
    const usual = PartitionAssigners.roundRobin(config);
    if (installation === undefined) return usual;
    const userData = Buffer.from(installation);
    return {
      ...usual,
      protocol: ({ topics }) => ({
        name: usual.name,
        metadata: AssignerProtocol.MemberMetadata.encode({ version: usual.version, topics, userData }),
      }),
    };
  };

/** The installations that the members of a group name; one that names none is left out. */
const installationsIn = ({ members }: Pick<GroupDescription, 'members'>): readonly string[] => [
  ...new Set(
    members.flatMap(({ memberMetadata }) => {
      try {
        // What another client says of itself may be of any shape.
        return AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData?.toString() || [];
      } catch {
        return [];
      }
    }),
  ),
];

/** While a group deals out its partitions a broker shows no member's words: it is asked again, and then taken as it is. */
const dealing = new Set<string>(['PreparingRebalance', 'CompletingRebalance']);
const askedAtMost = 20;
const askedEvery = 500;

const membersOf = async (admin: Admin, group: string): Promise<readonly GroupDescription[]> => {
  for (let asked = 1; ; asked++) {
    const { groups } = await admin.describeGroups([group]);
    if (asked === askedAtMost || !groups.some(({ state }) => dealing.has(state))) return groups;
    await sleep(askedEvery);
  }
};

/**
 * Whether somebody else reads as this group. Looked at before joining it, so that who is a member already goes on undisturbed, and
 * once after it: of two that come at the same moment neither saw the other one before.
 * What cannot be seen (no right to describe the group) is said in the log, and holds nothing up.
 */
export const strangersInGroup = async (
  settings: KafkaSettings,
  installation: string | undefined,
  { log, signToken }: { readonly log: Log; readonly signToken?: SignToken | undefined },
): Promise<readonly Problem[]> => {
  if (installation === undefined) return [];
  const { group_id: group } = settings;
  const kafka = await createClient(settings, {
    log,
    ...(signToken !== undefined && { signToken }),
    retries: 1,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const others = (await membersOf(admin, group))
      .flatMap(installationsIn)
      .filter((one) => one !== installation);
    if (others.length === 0) return [];
    const message =
      `the group ${group} is read by another installation, ${others.join(', ')}, and this one is ${installation}: each would get a ` +
      'part of the partitions, and neither all of the events. Give one of them a kafka.group_id (and a kafka.dead_letter_topic) of its own';
    return [{ path: 'kafka.group_id', message }];
  } catch (error) {
    log.warn({ group, error: messageOf(error) }, 'Who else reads as this Kafka group could not be seen');
    return [];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};
