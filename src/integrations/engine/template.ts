/**
 * The Velocity template that makes the rebuild status JSON; `docs/engine.md` lists what the express node puts into
 * `$status`. `$esc.java` and not `$esc.javascript`: only the former escapes as JSON does (`\'` is not JSON).
 * A value the node does not know is left standing as `$run.percent`, which is not JSON either: told, never guessed.
 */
const text = (reference: string): string => `"$esc.java(${reference})"`;
const list = (variable: string, of: string, item: string): string =>
  `[#foreach($${variable} in $status.${of})${item}#if($foreach.hasNext),#end#end]`;
const where = (reference: string, part: string): string => `#if(${reference}),${part}#end`;

const run = [
  `{"key":${text('$run.key')},"rebuild":${text('$run.rebuild')}`,
  `,"kind":${text('$run.kind')},"state":${text('$run.state')}`,
  ',"percent":$run.percent,"farmers":$run.farmers,"distributed":$run.distributed',
  where('$run.total', '"done":$run.done,"total":$run.total'),
  where('$run.error', `"error":${text('$run.error')}`),
  '}',
].join('');

const frontend = [
  `{"name":${text('$frontend.name')},"state":${text('$frontend.state')}`,
  where('$frontend.caches', `"caches":${text('$frontend.caches')}`),
  where('$frontend.says', `"says":${text('$frontend.says')}`),
  '}',
].join('');

export const statusTemplate = [
  `{"runs":${list('run', 'runs', run)}`,
  `,"orders":${list('key', 'orders', text('$key'))}`,
  `,"cacheFiles":${list('rebuild', 'cacheFiles', text('$rebuild'))}`,
  ',"guardian":$status.guardian',
  `,"frontends":${list('frontend', 'frontends', frontend)}}`,
].join('');
