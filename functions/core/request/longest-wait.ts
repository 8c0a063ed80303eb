/** The longest that an HTTP caller may wait for an outcome: API Gateway ends every request after 30 s. */
export const LONGEST_WAIT_SECONDS = 20;
