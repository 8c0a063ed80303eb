export type PreferenceField =
  | { readonly name: string; readonly kind: 'toggle' | 'text' | 'rating'; readonly examples?: readonly string[] }
  | { readonly name: string; readonly kind: 'choice'; readonly choices: readonly string[] };

/** What most people change. */
export const MAIN_FIELDS: readonly PreferenceField[] = [
  {
    name: 'enhance_type',
    kind: 'choice',
    choices: ['property', 'property_usa', 'warm', 'neutral', 'authentic', 'modern'],
  },
  { name: 'sky_replacement', kind: 'toggle' },
  { name: 'cloud_type', kind: 'choice', choices: ['CLEAR', 'LOW_CLOUD', 'HIGH_CLOUD', 'LOW_CLOUD_LOW_SAT'] },
  { name: 'vertical_correction', kind: 'toggle' },
  { name: 'window_pull', kind: 'toggle' },
  { name: 'privacy', kind: 'toggle' },
];

export const MORE_FIELDS: readonly PreferenceField[] = [
  { name: 'enhance', kind: 'toggle' },
  { name: 'ai_version', kind: 'text', examples: ['4.7', '4.x', 'latest'] },
  { name: 'lens_correction', kind: 'toggle' },
  { name: 'upscale', kind: 'toggle' },
  { name: 'hdr', kind: 'toggle' },
  { name: 'threesixty', kind: 'toggle' },
  { name: 'rating', kind: 'rating' },
  { name: 'image_name', kind: 'text' },
  { name: 'order_id', kind: 'text' },
];

export const FORM_FIELDS: readonly PreferenceField[] = [...MAIN_FIELDS, ...MORE_FIELDS];
