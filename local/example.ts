/** The vendor's own example of preferences. The documentation of this service uses it everywhere. */
export const EXAMPLE_PREFERENCES = { ai_version: '4.x', enhance: true, enhance_type: 'neutral', hdr: true } as const;
