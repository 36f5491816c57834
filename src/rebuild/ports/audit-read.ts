import type { Checkpoint } from '../../audit/chain/verify.mjs';
import type { AuditRecord } from '../../audit/record.ts';
import type { Person } from '../../core/person.ts';
import type { Refused } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';

/** Who gets the pack: the asker alone, or everybody in the thread of the rebuild. */
export type PackPlace = 'direct' | 'thread';

/** What the audit has on a rebuild, and what became of its pack. */
export interface AuditRead {
  readonly ok: true;
  readonly rebuild: Rebuild;
  /** About this rebuild, in their order; at least one. */
  readonly records: readonly AuditRecord[];
  /** The last of them. */
  readonly head: Checkpoint;
  /** Of this part of the chain, just now. Plain text. */
  readonly verified: { readonly whole: boolean; readonly says: string };
  readonly pack: {
    readonly name: string;
    /** SHA-256, hex. */
    readonly hash: string;
    readonly to: PackPlace;
    /** Why it did not get there; plain text. */
    readonly error?: string;
  };
}

/** The audit, for people who may read it. Each try is on record before anything is read. @throws StoreUnavailable */
export interface RebuildAudit {
  /** Why somebody may not; undefined when they may. */
  denied(instance: string, by: Person): Promise<Refused | undefined>;
  read(rebuild: Rebuild, by: Person, to: PackPlace): Promise<AuditRead | Refused>;
}
