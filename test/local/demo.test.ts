import { expect, it } from 'vitest';
import { blockWith, readDocument } from '../docs/support/documents.ts';
import { complaintsIn, runProgram } from './support/command.ts';

/** What differs from run to run. */
const steady = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    // Of an event that tells of a completion.
    .replaceAll(/(?<=\.image\.processed\.)[0-9a-f]{16}$/gm, 'COMPLETION')
    // How the demo falls into the "days" of the limit.
    .replaceAll(/(?<=12 images, )[^"]+/g, 'PACE')
    .replaceAll(/(?<="day" of 8: )[\d, ]+/g, 'CALLS')
    .replaceAll(/and \d+ more fields/g, 'and N more fields');

it('the demo sends requests through every entry point, prints what docs/demo.md shows, and exits 0', async () => {
  const { status, stdout, stderr } = await runProgram('demo.ts').ended;
  expect(complaintsIn(stderr)).toEqual([]);
  expect(status).toBe(0);
  const { text } = blockWith(readDocument('docs/demo.md'), 'What went in: over HTTP');
  expect(steady(stdout.trimEnd())).toBe(steady(text));
});

it('the demo starts nothing when it is given an option, and says that it takes none', async () => {
  const { ended } = runProgram('demo.ts', ['--port', '9000']);
  expect(await ended).toEqual({ status: 2, stdout: '', stderr: 'npm run demo takes no options, got --port\n' });
});

it.each(['demo.ts', 'main.ts'])('%s shows its usage when asked, and starts nothing', async (program) => {
  const { status, stdout, stderr } = await runProgram(program, ['--help']).ended;
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^npm (run demo|start -- \[--port N\].*)\n\n {2}/);
});
