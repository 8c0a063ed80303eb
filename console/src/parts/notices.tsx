import type { ComponentChildren } from 'preact';
import type { Failure } from '../service/failure.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { Link } from './link.tsx';

/** Said at once by a screen reader. */
export function FailureNotice({ failure, onRetry }: { readonly failure: Failure; readonly onRetry?: () => void }) {
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{texts.errors.title}:</strong> <span class="sentence">{failure.sentence}</span>
      </p>
      {onRetry && <Button onClick={onRetry}>{texts.errors.tryAgain}</Button>}
    </div>
  );
}

export function Notice({
  tone,
  children,
}: {
  readonly tone: 'good' | 'warn' | 'calm';
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`notice notice-${tone}`} role="status">
      {children}
    </div>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** Keeps the place of what is to come. */
export function Loading({ rows = 3 }: { readonly rows?: number | undefined }) {
  return (
    <div class="loading" role="status">
      <span class="unseen">{texts.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span class="loading-row" key={row} />
      ))}
    </div>
  );
}

/** In place of what could not be read. */
export function Missing({ failure, onRetry }: { readonly failure: Failure; readonly onRetry: () => void }) {
  if (failure.isRetryable) return <FailureNotice failure={failure} onRetry={onRetry} />;
  return (
    <div class="card missing">
      <h2>{failure.status === 404 ? texts.errors.notFoundTitle : texts.errors.title}</h2>
      <p class="sentence">{failure.sentence}</p>
      <p>
        <Link path={['batches']}>{texts.errors.toBatches}</Link>
      </p>
    </div>
  );
}

/** Sentences of the service, one or more. */
export function Sentences({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ul class="sentences">
      {sentences.map((each) => (
        <li key={each} class="sentence" dir="auto">
          {each}
        </li>
      ))}
    </ul>
  );
}
