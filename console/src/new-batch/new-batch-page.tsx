import { useEffect, useRef, useState } from 'preact/hooks';
import type { CheckedBatch } from '../../../client/src/index.ts';
import { putFlash } from '../batch/flash.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';
import { Link } from '../parts/link.tsx';
import { FailureNotice, Notice } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import type { Route } from '../routing/route.ts';
import { changeQuery, goTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { texts } from '../texts.ts';
import { CheckView } from './check-view.tsx';
import { type Draft, EMPTY_DRAFT, prepare, SOURCES, type Source } from './draft.ts';
import { takeDraftFile } from './draft-file.ts';
import { FileSource } from './file-source.tsx';
import { IdsSource } from './ids-source.tsx';
import { OrderSource } from './order-source.tsx';
import { PreferencesForm } from './preferences-form.tsx';
import { Segments } from './segments.tsx';

/** From what somebody has to the check, and from there to the batch. */
export function NewBatchPage({ query }: Pick<Route, 'query'>) {
  const { service, mayChange } = useSignedIn();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [dropped] = useState(takeDraftFile);
  const [checked, setChecked] = useState<CheckedBatch>();
  const [missing, setMissing] = useState<string>();
  const source: Source = SOURCES.find((each) => each === query.from) ?? 'file';
  const whole: Draft = { ...draft, source };
  const change = (part: Partial<Draft>) => {
    setMissing(undefined);
    setDraft((before) => ({ ...before, ...part }));
  };

  const check = useAction(async () => {
    const prepared = prepare(whole);
    setMissing(prepared.missing);
    if (prepared.missing === undefined) {
      setChecked(await service.patient.batches.check(prepared.input, { name: prepared.name }));
    }
  });
  const send = useAction(async () => {
    const prepared = prepare(whole);
    if (prepared.missing !== undefined) return;
    const batch = await service.patient.batches.create(prepared.input, { name: prepared.name });
    putFlash({ batchId: batch.batch_id, note: batch.note ?? texts.batch.created });
    goTo(['batches', batch.batch_id]);
  });

  if (!mayChange) {
    return (
      <Page title={texts.newBatch.title}>
        <Notice tone="calm">{texts.account.readOnlyNote}</Notice>
      </Page>
    );
  }
  if (checked) {
    return (
      <CheckView
        checked={checked}
        send={send}
        onBack={() => {
          send.clear();
          setChecked(undefined);
        }}
      />
    );
  }
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
              setMissing(undefined);
              check.clear();
              changeQuery({ from });
            }}
          />
          {source === 'file' && <FileSource draft={draft} dropped={dropped} onChange={change} />}
          {source === 'ids' && <IdsSource draft={draft} onChange={change} />}
          {source === 'order' && <OrderSource draft={draft} onChange={change} />}
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
          <Button type="submit" kind="primary" isBusy={check.isBusy}>
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
    if (missing !== undefined) box.current?.scrollIntoView({ block: 'nearest' });
  }, [missing]);
  return (
    <div ref={box} role="alert">
      {missing && <p class="notice notice-bad">{missing}</p>}
    </div>
  );
}
