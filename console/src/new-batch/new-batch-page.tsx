import { useEffect, useRef, useState } from 'preact/hooks';
import type { BatchInput, CheckedBatch } from '../../../client/src/index.ts';
import { putFlash } from '../batch/flash.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/inputs/field.tsx';
import { Segments } from '../parts/inputs/segments.tsx';
import { Link } from '../parts/link.tsx';
import { FailureNotice, Notice } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { PreferencesForm } from '../preferences/preferences-form.tsx';
import type { Route } from '../routing/route.ts';
import { changeQuery, goTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';
import { CheckView } from './check-view.tsx';
import { type Draft, prepare, SOURCES, type Source } from './draft.ts';
import { takeDraftFile } from './draft-file.ts';
import { FileSource } from './file-source.tsx';
import { IdsSource } from './ids-source.tsx';
import { OrderSource } from './order-source.tsx';
import { useDraft } from './use-draft.ts';

/** What is sent is what was checked. */
interface CheckedDraft {
  readonly input: BatchInput;
  readonly name: string | undefined;
  readonly result: CheckedBatch;
}

/** From what somebody has to the check, and from there to the batch. */
export function NewBatchPage({ query }: Pick<Route, 'query'>) {
  const { service, mayChange } = useSignedIn();
  const [draft, setDraft] = useDraft();
  const [dropped] = useState(takeDraftFile);
  const [checked, setChecked] = useState<CheckedDraft>();
  const [missing, setMissing] = useState<string>();
  const source: Source = SOURCES.find((each) => each === query.from) ?? 'file';
  const whole: Draft = { ...draft, source };
  const isReading = source === 'file' && draft.isReading;
  // What was checked is another thing as soon as something changes.
  const edits = useRef(0);
  const forget = () => {
    edits.current++;
    setMissing(undefined);
    setChecked(undefined);
  };
  const change = (part: Partial<Draft>) => {
    forget();
    setDraft((before) => ({ ...before, ...part }));
  };
  // The address of a check that is not here any more, as after a reload.
  useEffect(() => changeQuery({ step: undefined }), []);
  useEffect(() => forget, []);

  const send = useAction(async () => {
    if (checked === undefined) return;
    const batch = await service.patient.batches.create(checked.input, { name: checked.name });
    putFlash({ batchId: batch.batch_id, note: batch.note ?? texts.batch.created });
    goTo(['batches', batch.batch_id]);
  });
  const check = useAction(async () => {
    send.clear();
    const prepared = prepare(whole);
    setMissing(prepared.missing);
    if (prepared.missing !== undefined) return;
    const { input, name } = prepared;
    const edit = edits.current;
    const place = location.hash;
    const result = await service.patient.batches.check(input, { name });
    // It was changed meanwhile, or left: the address says so before the page does.
    if (edit !== edits.current || place !== location.hash) return;
    setChecked({ input, name, result });
    // A step of its own in the history: the browser's way back leads to the draft.
    goTo(['batches', 'new'], { ...query, step: 'check' });
  });

  if (!mayChange) {
    return (
      <Page title={texts.newBatch.title}>
        <Notice tone="calm">{texts.account.readOnlyNote}</Notice>
      </Page>
    );
  }
  if (checked && query.step === 'check') {
    return <CheckView checked={checked.result} send={send} onBack={() => history.back()} />;
  }
  // What is missing for other reasons is the JSON's to say.
  const sourceProps = { draft, problem: draft.preferences && missing, onChange: change };
  return (
    <Page title={texts.newBatch.title} above={<Link path={['batches']}>← {texts.batch.back}</Link>}>
      <form
        class="new-batch"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          check.run();
        }}
      >
        <Card title={texts.newBatch.sourceTitle}>
          <Segments
            label={texts.newBatch.sourceTitle}
            isLabelUnseen
            value={source}
            choices={SOURCES.map((value) => ({ value, label: texts.newBatch.sources[value] }))}
            onChange={(from) => {
              forget();
              check.clear();
              changeQuery({ from });
            }}
          />
          {source === 'file' && <FileSource {...sourceProps} dropped={dropped} />}
          {source === 'ids' && <IdsSource {...sourceProps} />}
          {source === 'order' && <OrderSource {...sourceProps} />}
        </Card>
        <Card title={texts.newBatch.preferencesTitle}>
          <p class="help">
            {texts.newBatch.preferencesHelp} {source === 'file' && texts.newBatch.preferencesFile}
          </p>
          <PreferencesForm preferences={draft.preferences ?? {}} onChange={(preferences) => change({ preferences })} />
        </Card>
        <Card title={texts.newBatch.nameTitle}>
          <Field
            label={
              <>
                {texts.newBatch.nameLabel} <span class="calm">({texts.newBatch.optional})</span>
              </>
            }
            help={texts.newBatch.nameHelp}
          >
            {(control) => (
              <input
                {...control}
                type="text"
                maxLength={200}
                value={draft.name}
                placeholder={(source === 'file' && draft.file?.file.name) || ''}
                onInput={({ currentTarget }) => change({ name: currentTarget.value })}
              />
            )}
          </Field>
        </Card>
        <Refusal missing={missing} />
        {check.failure && <FailureNotice failure={check.failure} />}
        <div class="form-end">
          <Button type="submit" kind="primary" isBusy={check.isBusy || isReading}>
            {check.isBusy ? texts.newBatch.checking : texts.newBatch.check}
          </Button>
          <span class="help">{texts.newBatch.checkHelp}</span>
        </div>
      </form>
    </Page>
  );
}

function Refusal({ missing }: { readonly missing: string | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (missing === undefined) return;
    const field = box.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid]');
    if (field) field.focus();
    else box.current?.scrollIntoView({ block: 'nearest' });
  }, [missing]);
  return (
    <div ref={box} role="alert">
      {missing && <p class="notice notice-bad">{missing}</p>}
    </div>
  );
}
