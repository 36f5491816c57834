import type { Config } from '../../config/schema/schema.ts';
import { cut, oneLine } from '../../core/text.ts';
import type { SlackResult } from '../../delivery/slack-result.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { storedMark } from '../../integrations/redis/shared/recovery-store.ts';
import type { Log } from '../../observability/log.ts';
import { type Declaration, type RecordsAre, recordsAre } from '../../region/region.ts';
import { connectOnce } from '../records/connect-once.ts';
import { openDeclarations, type RegionConfig } from '../records/open-region.ts';
import { patiently } from '../shared/patiently.ts';
import { type Finding, finding } from './finding.ts';

const check = 'region';
/** Less than what a part of the doctor may take; ms. */
const patience = 20_000;
const promoteHere = 'farmhand promote --why … with this config';

/** Pure: which region works, as its channel says. `records`: what this region's are to that; undefined: not known. */
export const regionFinding = (
  own: string,
  newest: SlackResult<Declaration | undefined>,
  records: RecordsAre | undefined,
): Finding => {
  if (!newest.ok) {
    const why = newest.kind === 'rate_limited' ? 'Slack asks to wait' : newest.error;
    return finding(
      check,
      newest.kind === 'refused' ? 'fail' : 'unknown',
      `which region works cannot be read: ${why}`,
      `Make region.channel readable to the bot. A region that cannot read it for region.lease stops; ${own} is one of them, if this is so in its pods too.`,
    );
  }
  const active = newest.value;
  if (!active) {
    return finding(
      check,
      'fail',
      `none was promoted yet, so none works; this is ${own}`,
      `In the region that is to work: farmhand promote --why "first start". If one has worked before, its declaration was removed from region.channel: promote that one again.`,
    );
  }
  const since = new Date(Number(active.ts) * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const who = `promoted by ${oneLine(active.by)} at ${since}: ${cut(oneLine(active.why), 200)}`;
  if (active.region !== own) {
    return finding(
      check,
      'ok',
      `${active.region} is to work, ${who}. This is ${own}, which stands by`,
      `If ${active.region} is gone, or ${own} is to work: docs/second-region.md, "Fail over"; it ends with ${promoteHere}.`,
    );
  }
  if (records === 'of_before') {
    return finding(
      check,
      'fail',
      `this one, ${own}, is to work, ${who}. It does nothing: its records are of before another region worked`,
      'docs/second-region.md, "Go back": farmhand import --replace with the export of the other region, or farmhand promote with --records forget or keep.',
    );
  }
  const begun =
    records === 'its_own'
      ? ''
      : records === 'fit'
        ? '. It has not begun on its records: GET /activez of a pod says what it waits for'
        : '. Whether it has begun is not known: its Redis was not read';
  return finding(
    check,
    records === 'its_own' ? 'ok' : 'warn',
    `this one, ${own}, is to work, ${who}${begun}`,
    `If another one is to work: ${promoteHere.replace('this config', 'the config of that region')}; ${own} stops then.`,
  );
};

/** Reads the channel of the regions, and under which declaration the records were last worked on. */
export const lookAtRegion = async (
  config: Config,
  region: RegionConfig,
  deps: { readonly log: Log; readonly safe: (text: string) => string },
): Promise<readonly Finding[]> => {
  await using declarations = openDeclarations({ slack: config.slack, region }, deps);
  const newest = await patiently(declarations.newest, patience);
  const own = newest.ok && newest.value?.region === region.name ? newest.value : undefined;
  const records = own && (await recordsUnder(config, own).catch(() => undefined));
  return [regionFinding(region.name, newest, records)];
};

const recordsUnder = async (config: Config, declaration: Declaration): Promise<RecordsAre> => {
  const redis = await connectOnce(config);
  try {
    return recordsAre(declaration, storedMark(await redis.hgetall(createKeys(config.redis.prefix).mark)));
  } finally {
    redis.disconnect();
  }
};
