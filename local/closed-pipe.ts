/**
 * Calls once whoever read this program's output has gone, as `| head` does when it has seen enough: that is no error, but
 * nobody is left to print for.
 */
export function onClosedPipe(end: () => void): void {
  let isOver = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (isOver) return;
      isOver = true;
      end();
    });
  }
}
