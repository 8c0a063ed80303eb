import type * as z from 'zod';
import type { Header, ResponseHeader } from './headers.ts';

/** A body: its schema, and the kinds of its examples in the documents (examples.ts). */
export interface Body {
  readonly schema: z.core.$ZodType;
  readonly examples?: readonly string[];
}

export interface ResponseSpec {
  readonly description: string;
  /** `required` if it is never missing. */
  readonly headers?: Readonly<Partial<Record<ResponseHeader, 'required' | 'optional'>>>;
  readonly json?: Body;
  /** `application/problem+json` */
  readonly problem?: Body;
  /** Media types of a file that the body may be. */
  readonly files?: readonly string[];
}

/** By status. `4XX` is every other status of its class. */
export type ResponsesByStatus = Readonly<Record<string, ResponseSpec>>;

export interface Operation {
  readonly method: 'get' | 'head' | 'post' | 'patch' | 'put' | 'delete';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'requests' | 'batches' | 'callbacks' | 'account' | 'console' | 'health' | 'webhook';
  /** Security schemes; one of them is enough. */
  readonly security: readonly string[];
  readonly pathParameter?: { readonly name: string; readonly schema: z.ZodType; readonly description: string };
  readonly query?: Readonly<Record<string, Header>>;
  readonly callHeaders?: Readonly<Record<string, Header>>;
  readonly body?: Body & {
    readonly required: boolean;
    /** Further media types: text that this service parses. */
    readonly files?: readonly string[];
  };
  readonly responses: ResponsesByStatus;
}
