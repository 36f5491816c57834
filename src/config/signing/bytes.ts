/** Why a key of a known form is not one to sign with. */
export type KeyProblem = 'encrypted' | 'other_kind';

/** Reads a text of bytes from its beginning. @throws RangeError where it ends too soon */
export const byteReader = (bytes: Buffer) => {
  let at = 0;
  const take = (count: number): Buffer => {
    if (count < 0 || at + count > bytes.length) throw new RangeError('the bytes end too soon');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const number = (count: number): number => take(count).readUIntBE(0, count);
  return {
    take,
    number,
    /** Bytes with their length before them, in so many bytes. */
    string: (count = 4): Buffer => take(number(count)),
    left: (): number => bytes.length - at,
  };
};

/** The bytes between the lines of a PEM or an armor. */
export const armored = (text: string): Buffer => {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  // Headers end with an empty line; a checksum begins with `=`, which no line of base64 does.
  const from = lines.indexOf('') === -1 ? 1 : lines.indexOf('') + 1;
  return Buffer.from(
    lines
      .slice(from, -1)
      .filter((line) => !line.startsWith('='))
      .join(''),
    'base64',
  );
};
