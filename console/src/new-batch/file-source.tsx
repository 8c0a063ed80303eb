import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/inputs/field.tsx';
import { texts } from '../texts.ts';
import { DropArea } from './drop-area.tsx';
import type { SourceProps } from './ids-source.tsx';
import { type RequestFile, readRequestFile } from './request-file.ts';
import type { Rows } from './table.ts';
import { needsIdColumn } from './with-preferences.ts';

export interface FileSourceProps extends SourceProps {
  /** A file that was dropped before this was shown. */
  readonly dropped: File | undefined;
}

export function FileSource({ draft, dropped, problem: missing, onChange }: FileSourceProps) {
  const [problem, setProblem] = useState<string>();
  // Of two files, the one that came last counts, whichever is read first.
  const taken = useRef<File>(undefined);

  async function take(file: File) {
    taken.current = file;
    setProblem(undefined);
    onChange({ file: undefined, idColumn: undefined, isReading: true });
    const read = await readRequestFile(file).catch((error: Error) => error);
    if (taken.current !== file) return;
    if (read instanceof Error) setProblem(read.message);
    onChange({ file: read instanceof Error ? undefined : read, isReading: false });
  }

  useEffect(() => {
    if (dropped && !draft.file) void take(dropped);
  }, []);

  return (
    <>
      <DropArea isAlone onFile={(file) => void take(file)}>
        {draft.file && <Chosen file={draft.file} onRemove={() => onChange({ file: undefined, idColumn: undefined })} />}
      </DropArea>
      <div role="status">{draft.isReading && <p class="help">{texts.newBatch.reading}</p>}</div>
      <div role="alert">{problem && <p class="notice notice-bad sentence">{problem}</p>}</div>
      {draft.file?.kind === 'table' && needsIdColumn(draft.file) && (
        <IdColumn
          rows={draft.file.rows}
          problem={missing}
          value={draft.idColumn}
          onChange={(idColumn) => onChange({ idColumn })}
        />
      )}
    </>
  );
}

function Chosen({ file, onRemove }: { readonly file: RequestFile; readonly onRemove: () => void }) {
  return (
    <>
      <div class="chosen-text">
        <strong dir="auto">{file.file.name}</strong>
        {file.kind === 'table' && (
          <p class="help" dir="auto">
            {texts.newBatch.rows(file.rows.length - 1)} · {texts.newBatch.columns}: {file.rows[0]?.join(', ')}
          </p>
        )}
      </div>
      <Button onClick={onRemove}>{texts.newBatch.another}</Button>
    </>
  );
}

interface IdColumnProps {
  readonly rows: Rows;
  readonly problem: string | undefined;
  readonly value: number | undefined;
  onChange(column: number | undefined): void;
}

/** With the first value of each column, which says more than its name. */
function IdColumn({ rows: [header = [], first = []], problem, value, onChange }: IdColumnProps) {
  return (
    <Field label={texts.newBatch.idColumn} help={texts.newBatch.idColumnHelp} problem={problem}>
      {(control) => (
        <select
          {...control}
          value={value === undefined ? '' : String(value)}
          onChange={({ currentTarget: { value: chosen } }) => onChange(chosen === '' ? undefined : Number(chosen))}
        >
          <option value="">{texts.newBatch.idColumnNone}</option>
          {header.map((name, column) => (
            <option key={column} value={column}>
              {name} {first[column] && `(${first[column]})`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
