import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Logo } from '../layout/logo.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/inputs/field.tsx';
import type { Failure } from '../service/failure.ts';
import { texts } from '../texts.ts';

export interface SignInProps {
  readonly failure?: Failure;
  readonly hasEnded?: boolean;
  onSignIn(key: string): Promise<void>;
}

export function SignIn({ failure, hasEnded, onSignIn }: SignInProps) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isShown, setShown] = useState(false);
  const problemId = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${texts.signIn.title} · ${texts.product}`;
    input.current?.focus();
  }, []);

  async function submit(event: Event) {
    event.preventDefault();
    const key = input.current?.value.trim() ?? '';
    if (isBusy) return;
    setProblem(key ? undefined : texts.signIn.empty);
    if (!key) return;
    setBusy(true);
    await onSignIn(key);
    setBusy(false);
  }

  // Of an outage, the key is not to blame.
  const isKeyWrong = problem !== undefined || (!isBusy && failure?.status === 401);
  const sentence = problem ?? (isBusy ? undefined : failure?.sentence);
  return (
    <main class="entrance">
      <form class="card sign-in" onSubmit={submit} noValidate>
        <Logo />
        <h1>{texts.signIn.title}</h1>
        <p class="help">{hasEnded ? texts.signIn.ended : texts.signIn.intro}</p>
        <Field label={texts.signIn.keyLabel} help={texts.signIn.keyHelp}>
          {(control) => (
            <input
              {...control}
              aria-describedby={`${problemId} ${control['aria-describedby']}`}
              ref={input}
              type={(isShown ? 'text' : 'password') as 'text'}
              name="key"
              autocomplete="current-password"
              autocapitalize="off"
              spellcheck={false}
              aria-invalid={isKeyWrong ? 'true' : undefined}
            />
          )}
        </Field>
        <label class="tick">
          <input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} /> {texts.signIn.show}
        </label>
        <div id={problemId} role="alert">
          {sentence && <p class="notice notice-bad sentence">{sentence}</p>}
        </div>
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {isBusy ? texts.signIn.busy : texts.signIn.button}
        </Button>
      </form>
    </main>
  );
}
