import { oneLine } from '../../core/text.ts';

/** What S3 says of a call that it did not do. */
export interface S3Refusal {
  readonly code: string;
  readonly message: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const textOf = (xml: string, name: string): string | undefined => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found?.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal, hex, name_) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name_] ?? all;
  });
};

export const refusalIn = (xml: string): S3Refusal | undefined => {
  const code = textOf(xml, 'Code');
  return code === undefined ? undefined : { code, message: oneLine(textOf(xml, 'Message') ?? '') };
};

export interface ListedPage {
  readonly objects: readonly { readonly key: string; readonly bytes: number }[];
  /** Where the listing goes on; undefined: this is all. */
  readonly next?: string;
}

/** A page of `ListObjectsV2` with `encoding-type=url`; undefined: it is none. */
export const pageIn = (xml: string): ListedPage | undefined => {
  if (!/<ListBucketResult[\s>]/.test(xml)) return undefined;
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, item = '']) => ({
    key: decodeURIComponent((textOf(item, 'Key') ?? '').replaceAll('+', ' ')),
    bytes: Number(textOf(item, 'Size') ?? 0),
  }));
  const truncated = textOf(xml, 'IsTruncated') === 'true';
  const next = textOf(xml, 'NextContinuationToken');
  return { objects, ...(truncated && next !== undefined && { next }) };
};
