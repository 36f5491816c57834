import { join } from 'node:path';
import { partDir } from '../../scripts/setup/machine.ts';

/** A program that writes an event to Kafka with Argo Events' own trigger (scripts/real/argo-events-trigger.go). */
export const argoEventsTrigger = (): string => join(partDir('argo-events'), 'argo-events-trigger');
