import type { ComponentChildren } from 'preact';
import { hashOf, type Query } from '../routing/route.ts';

export interface LinkProps {
  readonly path: readonly string[];
  readonly query?: Query;
  readonly class?: string;
  readonly title?: string;
  readonly isCurrent?: boolean;
  readonly children: ComponentChildren;
}

export function Link({ path, query, isCurrent, children, ...rest }: LinkProps) {
  return (
    <a href={hashOf(path, query)} class={rest.class} title={rest.title} aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  );
}
