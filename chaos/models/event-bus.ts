/** An event as EventBridge hands it to a function. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
}

/** The default bus of EventBridge. What becomes of an event is its receivers' matter. */
export interface EventBus {
  /** @throws Error for what this model does not know */
  respond(operation: string, input: unknown): object;
}

export function createEventBus(onEvent: (event: BusEvent) => void): EventBus {
  return {
    respond(operation, input) {
      if (operation !== 'PutEvents') throw new Error(`the model of EventBridge does not know ${operation}`);
      const { Entries = [] } = input as { readonly Entries?: readonly Entry[] };
      for (const { Source = '', DetailType = '', Detail = '{}' } of Entries) {
        onEvent({ source: Source, 'detail-type': DetailType, detail: JSON.parse(Detail) });
      }
      return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
    },
  };
}
