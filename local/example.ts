/** The vendor's own example of preferences, which the documentation of this service uses throughout. */
export const EXAMPLE_PREFERENCES = { ai_version: '4.x', enhance: true, enhance_type: 'neutral', hdr: true } as const;
