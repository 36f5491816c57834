import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';

test('the page shows what its command prints', async () => {
  const page = readFileSync('docs/sizing.md', 'utf8');
  const [, command, printed] =
    /```sh\nfarmhand (size [^\n]+)\n```\n\n```text\n([\s\S]+?)\n```/.exec(page) ?? [];
  const terminal = fakeTerminal();
  const nobody = () => Promise.reject(new Error('nobody is asked'));
  const program = createProgram({
    terminal,
    newId: () => '',
    exit: () => {},
    fetch,
    events: process,
    sendToKafka: nobody,
    startApp: nobody,
    openDeadLetters: nobody,
    openReplay: nobody,
    openAuditBox: nobody,
    exportRecords: nobody,
    importRecords: nobody,
    promoteRegion: nobody,
    makeReport: nobody,
    examineAll: nobody,
  });
  await program.parseAsync(command?.split(' ') ?? [], { from: 'user' });
  expect(terminal.stdout().split('\n\nBodies')[0]).toBe(printed);
});
