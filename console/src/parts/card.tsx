import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface CardProps {
  readonly title?: string;
  /** At the right of the title. */
  readonly aside?: ComponentChildren;
  readonly tone?: 'plain' | 'bad' | 'note';
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Card({ title, aside, tone = 'plain', children, ...rest }: CardProps) {
  const id = useId();
  return (
    <section class={`card card-${tone} ${rest.class ?? ''}`} aria-labelledby={title && id}>
      {title && (
        <div class="card-head">
          <h2 id={id}>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
