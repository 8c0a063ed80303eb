/** A longer record may not fit one message together with the body and the preferences, if every character has to be escaped. */
export const MAX_RECORD_BYTES = 256 * 1024;

/** Warning of an event that is told without the record. */
export const NO_RECORD = "the endpoint's record of the image is missing here";
