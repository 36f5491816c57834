import { createHash, sign } from 'node:crypto';
import type { SigningKey } from '../../../config/signing/signing-key.ts';

type OpenPgpKey = Extract<SigningKey, { form: 'openpgp' }>;

/** A detached, armored signature of version 4 over these bytes (RFC 9580, 5.2.3). `at`: ms */
export const openPgpSignature = (
  { privateKey, algorithm, fingerprint }: OpenPgpKey,
  payload: Uint8Array,
  at: number,
): string => {
  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(Math.floor(at / 1_000));
  const issuer = Buffer.concat([Buffer.from([22, 33, 4]), fingerprint]);
  const hashed = Buffer.concat([issuer, Buffer.from([5, 2]), seconds]);
  // Of a binary document, with SHA-512.
  const begin = Buffer.concat([Buffer.from([4, 0, algorithm, 10]), uint16(hashed.length), hashed]);
  const digest = createHash('sha512')
    .update(payload)
    .update(begin)
    .update(Buffer.concat([Buffer.from([4, 0xff, 0, 0]), uint16(begin.length)]))
    .digest();
  const signed = sign(null, digest, privateKey);
  const values = algorithm === 22 ? [mpi(signed.subarray(0, 32)), mpi(signed.subarray(32))] : [signed];
  const keyId = Buffer.concat([Buffer.from([9, 16]), fingerprint.subarray(-8)]);
  const body = Buffer.concat([begin, uint16(keyId.length), keyId, digest.subarray(0, 2), ...values]);
  const packet = Buffer.concat([Buffer.from([0xc2, body.length]), body]);
  const lines = packet.toString('base64').match(/.{1,64}/g) ?? [];
  const parts = ['-----BEGIN PGP SIGNATURE-----', '', ...lines, `=${checksum(packet)}`];
  return [...parts, '-----END PGP SIGNATURE-----', ''].join('\n');
};

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** A number with its length in bits before it, without zeros in front. */
const mpi = (bytes: Buffer): Buffer => {
  const from = bytes.findIndex((byte) => byte !== 0);
  const number = from === -1 ? Buffer.alloc(0) : bytes.subarray(from);
  const bits = number.length === 0 ? 0 : number.length * 8 - Math.clz32(number[0] ?? 0) + 24;
  return Buffer.concat([uint16(bits), number]);
};

/** CRC-24 of an armor (RFC 9580, 6.1). */
const checksum = (bytes: Buffer): string => {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x800000 ? (crc << 1) ^ 0x1864cfb : crc << 1;
  }
  return Buffer.from([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]).toString('base64');
};
