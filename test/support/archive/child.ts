import { stdoutLog } from '../kafka.ts';
import { type ArchiveWorld, archiveOf } from './archive.ts';

/** A process of its own that archives until it is killed: told what by its first argument. */
const world: ArchiveWorld = JSON.parse(process.argv[2] ?? '{}');
archiveOf(world, stdoutLog);
setInterval(() => undefined, 60_000);
