import type { WebClient } from '@slack/web-api';
import { type AuditReaderDeps, recordReading } from '../../audit/chain/reader.ts';
import { verifiedWords } from '../../audit/chain/verify.mjs';
import { wishWords } from '../../audit/chain/wish.ts';
import { askerOf } from '../../audit/record.ts';
import { messageOf } from '../../core/errors.ts';
import { uploadOnce, uploadTo } from '../../integrations/slack/uploads.ts';
import { permitted, type RebuildServiceDeps } from '../../rebuild/commands/rebuild-service-deps.ts';
import type { PackPlace, RebuildAudit } from '../../rebuild/ports/audit-read.ts';
import { rebuildPack } from '../records/evidence-pack.ts';

export interface AuditDeskDeps {
  readonly service: RebuildServiceDeps;
  readonly reader: AuditReaderDeps;
  readonly web: WebClient;
  /** Takes out of a text what nobody may read. */
  readonly safe: (text: string) => string;
}

/**
 * Gives the audit of a rebuild to people in Slack: what is about other things is left out, and the pack goes to the asker
 * alone unless they asked for the thread.
 */
export const createAuditDesk = ({ service, reader, web, safe }: AuditDeskDeps): RebuildAudit => {
  const denied: RebuildAudit['denied'] = async (instance, by) => {
    const permit = await permitted(service, by, ['audit'], instance);
    return permit.ok ? undefined : permit;
  };

  const send = async (
    file: { readonly name: string; readonly title: string; readonly bytes: Uint8Array },
    to: PackPlace,
    person: string,
    card: { readonly channel: string; readonly ts?: string | undefined },
  ): Promise<string | undefined> => {
    const upload = { name: file.name, title: file.title, alt: file.title, content: async () => file.bytes };
    try {
      if (to === 'direct') {
        const { channel } = await web.conversations.open({ users: person });
        if (!channel?.id) return 'Slack named no direct message';
        await uploadTo(web, { ...upload, channel: channel.id });
        return undefined;
      }
      if (card.ts === undefined) return 'the rebuild has no thread yet';
      await uploadOnce(web, { ...upload, channel: card.channel, threadTs: card.ts });
      return undefined;
    } catch (error) {
      return safe(messageOf(error));
    }
  };

  return {
    denied,
    read: async (rebuild, by, to) => {
      const refused = await denied(rebuild.plan.instance.name, by);
      if (refused) return refused;
      const place = to === 'direct' ? 'pack to a direct message' : 'pack to the thread';
      await recordReading(reader, { ...askerOf(by), how: '/dcr audit' }, [
        ...wishWords({ rebuild: rebuild.id }),
        place,
      ]);
      const made = await rebuildPack(reader.chain, rebuild, { at: reader.now(), safe });
      if (!made) {
        const says = ['The audit has no record of this rebuild any more. Nothing was changed.'];
        return { ok: false, code: 'not_found', says, rebuild };
      }
      const { pack, verified, file } = made;
      const { name, hash, bytes } = file;
      const title = `Evidence of the rebuild ${rebuild.id}`;
      const error = await send({ name, title, bytes }, to, by.id, rebuild.card);
      const [last] = pack.about.slice(-1);
      return {
        ok: true,
        rebuild,
        records: pack.about,
        head: { seq: last?.seq ?? 0, hash: last?.hash ?? '' },
        verified: { whole: verified.problems.length === 0, says: verifiedWords(verified) },
        pack: { name, hash, to, ...(error !== undefined && { error }) },
      };
    },
  };
};
