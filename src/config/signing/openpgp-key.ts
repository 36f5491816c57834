import { createHash } from 'node:crypto';
import { armored, byteReader, type KeyProblem } from './bytes.ts';

/** Object identifier of Ed25519 with algorithm 22. */
const ed25519 = '2b06010401da470f01';
const secretKey = 5;

export interface OpenPgpParts {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly algorithm: 22 | 27;
  readonly fingerprint: Uint8Array;
}

/** The parts of the primary key, as `gpg --export-secret-keys` writes it (RFC 9580, 5.5). @throws RangeError */
export const openPgpParts = (text: string): OpenPgpParts | KeyProblem => {
  const body = firstPacket(armored(text));
  const packet = byteReader(body);
  if (packet.number(1) !== 4) return 'other_kind';
  packet.take(4);
  const algorithm = packet.number(1);
  if (algorithm !== 22 && algorithm !== 27) return 'other_kind';
  if (algorithm === 22 && packet.string(1).toString('hex') !== ed25519) return 'other_kind';
  // With algorithm 22 a byte that says the form comes before the point.
  const publicKey = algorithm === 22 ? mpi(packet).subarray(-32) : packet.take(32);
  const open = body.subarray(0, body.length - packet.left());
  if (packet.number(1) !== 0) return 'encrypted';
  const secret = algorithm === 22 ? mpi(packet) : packet.take(32);
  return {
    seed: Buffer.concat([Buffer.alloc(32 - secret.length), secret]),
    publicKey,
    algorithm,
    fingerprint: createHash('sha1')
      .update(Buffer.from([0x99, open.length >> 8, open.length & 0xff]))
      .update(open)
      .digest(),
  };
};

type Reader = ReturnType<typeof byteReader>;

/** A number with its length in bits before it. */
const mpi = (from: Reader): Buffer => from.take((from.number(2) + 7) >> 3);

const firstPacket = (bytes: Buffer): Buffer => {
  const file = byteReader(bytes);
  const head = file.number(1);
  const isNew = (head & 0x40) !== 0;
  if ((isNew ? head & 0x3f : (head >> 2) & 0x0f) !== secretKey) throw new RangeError('no secret key');
  if (!isNew) return file.take(file.number(1 << (head & 3)));
  const first = file.number(1);
  if (first < 192) return file.take(first);
  return file.take(first < 224 ? ((first - 192) << 8) + file.number(1) + 192 : file.number(4));
};
