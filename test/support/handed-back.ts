/** A connection is free again a moment after the response's end. */
export const handedBack = () => new Promise((resolve) => setImmediate(resolve));
