const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

/** Prometheus' signature of a label set (64-bit FNV-1a over sorted names and values), as Alertmanager sends it. */
export const fingerprint = (labels: Readonly<Record<string, string>>): string => {
  let sum = offset;
  const add = (byte: number): void => {
    sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * prime);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const part of [name, labels[name] ?? '']) {
      for (const byte of Buffer.from(part)) add(byte);
      add(0xff);
    }
  }
  return sum.toString(16).padStart(16, '0');
};
