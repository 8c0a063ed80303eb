/** The messages between the local Lambda and the bootstrap in its child process, over Node's IPC channel. */

/** To the child: one invocation. */
export interface InvokeMessage {
  readonly requestId: string;
  /** Epoch ms. */
  readonly deadline: number;
  /** The event's JSON text. */
  readonly event: string;
}

/** From the child. */
export type ChildMessage =
  /** The bundle is loaded. */
  | { readonly kind: 'ready' }
  /** The handler's result as JSON text. */
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'threw'; readonly error: FunctionError }
  /** The bundle could not be loaded, or something outside the handler threw. The process ends. */
  | { readonly kind: 'crashed'; readonly error: FunctionError };

/** An error as Lambda reports it to the caller. */
export interface FunctionError {
  /** The error's name, or `Sandbox.Timedout`, `Runtime.ExitError`, `Function.ResponseSizeTooLarge` … */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
