import { useEffect, useRef, useState } from 'preact/hooks';
import { Link } from '../parts/link.tsx';
import { texts } from '../texts.ts';

export interface DropAreaProps {
  /** Whether it stands where the other ways are offered beside it. */
  readonly isAlone?: boolean;
  onFile(file: File): void;
}

const ENDINGS = '.xlsx,.csv,.ndjson,.jsonl,.json';

/** Takes a file, chosen, or dropped anywhere on the page. */
export function DropArea({ isAlone, onFile }: DropAreaProps) {
  const isDraggedOver = useDrop(onFile);
  return (
    <div class={`drop ${isDraggedOver ? 'drop-over' : ''}`}>
      <svg class="drop-picture" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
        <path d="M12 15V4m0 0L7.5 8.5M12 4l4.5 4.5M4 15v3.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V15" />
      </svg>
      <div class="drop-text">
        <p class="drop-title">{isAlone ? texts.newBatch.drop : texts.batches.dropTitle}</p>
        <p class="help">{isAlone ? texts.newBatch.fileHelp : texts.batches.dropHelp}</p>
      </div>
      <div class="drop-ways">
        <label class="button button-plain">
          <input
            type="file"
            class="unseen"
            accept={ENDINGS}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              // The same file can be chosen again.
              currentTarget.value = '';
              if (file) onFile(file);
            }}
          />
          {texts.batches.choose}
        </label>
        {!isAlone && (
          <Link path={['batches', 'new']} query={{ from: 'ids' }} class="help">
            {texts.batches.otherWays}
          </Link>
        )}
      </div>
    </div>
  );
}

/** @returns whether something is dragged over the page */
function useDrop(onFile: (file: File) => void): boolean {
  const [isDraggedOver, setOver] = useState(false);
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    const over = (event: DragEvent) => {
      // Else the browser would open the file in place of the page.
      event.preventDefault();
      setOver(true);
    };
    const leave = () => setOver(false);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      const [file] = event.dataTransfer?.files ?? [];
      if (file) latest.current(file);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return isDraggedOver;
}
