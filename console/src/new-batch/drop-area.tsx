import type { ComponentChildren } from 'preact';
import { useFileDrop } from '../parts/file-drop.ts';
import { Link } from '../parts/link.tsx';
import { texts } from '../texts.ts';

export interface DropAreaProps {
  /** Whether it stands where the other ways are offered beside it. */
  readonly isAlone?: boolean;
  onFile(file: File): void;
  /** What was chosen. Another file takes its place. */
  readonly children?: ComponentChildren;
}

const ENDINGS = '.xlsx,.csv,.ndjson,.jsonl,.json';

/** Takes a file, chosen, or dropped anywhere on the page. */
export function DropArea({ isAlone, onFile, children }: DropAreaProps) {
  const isDraggedOver = useFileDrop(onFile);
  if (children) return <div class={`chosen ${isDraggedOver ? 'drop-over' : ''}`}>{children}</div>;
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
