import { useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { CodeField } from '../parts/inputs/code-field.tsx';
import { Page } from '../parts/page.tsx';
import { goTo } from '../routing/use-route.ts';
import { texts } from '../texts.ts';

export function FindImagePage() {
  const [id, setId] = useState('');
  const [isMissing, setMissing] = useState(false);
  return (
    <Page title={texts.images.title} below={texts.images.intro}>
      <Card>
        <form
          class="find"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setMissing(id.trim() === '');
            if (id.trim() !== '') goTo(['images', id.trim()]);
            else event.currentTarget.querySelector('input')?.focus();
          }}
        >
          <CodeField
            label={texts.images.label}
            help={texts.images.empty}
            problem={isMissing ? texts.images.empty : undefined}
            value={id}
            onInput={setId}
          />
          <Button type="submit" kind="primary">
            {texts.images.open}
          </Button>
        </form>
      </Card>
    </Page>
  );
}
