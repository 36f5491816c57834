import { describe } from 'vitest';
import { findAlertmanager, startRealAlertmanager } from '../../../sandbox/alertmanager/real.ts';
import { silencesConform } from './alertmanager.ts';
import { looksConform } from './alertmanager-looks.ts';

const conform = (binaryOf: () => Promise<string>): void => {
  const start = async () => startRealAlertmanager({ binary: await binaryOf() });
  silencesConform(start);
  looksConform(start);
};

describe('the installed one', () => {
  conform(async () => {
    const binary = await findAlertmanager(process.env['PATH'] ?? '');
    if (binary === undefined) throw new Error('Alertmanager is not installed: npm run setup -- alertmanager');
    return binary;
  });
});

/** One of another version, besides: see "A real Alertmanager" in CONTRIBUTING.md. */
const other = process.env['FARMHAND_ALERTMANAGER'];
describe.runIf(other !== undefined)(`the one at ${other}`, () => {
  conform(async () => other ?? '');
});
