/**
 * Calls `end` once when the reader of this program's output has closed the pipe, as `| head` does. That is not an error, but
 * printing is pointless then.
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
