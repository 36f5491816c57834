import { tempDir } from '../../process/temp-dir.ts';
import { updateLock } from '../jars.ts';

// To change Kafka's version: edit ../pom.xml, run this, and look at what changed in jars.sha256.
await using directory = await tempDir('kafka-lock');
await updateLock(directory.path, console.log);
