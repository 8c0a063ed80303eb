import * as z from 'zod';
import { CLOUD_TYPES, ENHANCE_TYPES, preferencesSchema } from '../../../functions/core/request/preferences.ts';
import { components } from './components.ts';

interface About {
  readonly description: string;
  /** Known values. Other values of the type are passed on too. */
  readonly examples?: readonly unknown[];
}

const FIELDS: Readonly<Record<keyof typeof preferencesSchema.shape, About>> = {
  ai_version: { description: 'The version of the AI that enhances the image.', examples: ['4.7', '4.x', 'latest'] },
  cloud_type: {
    description: `The new sky, together with \`sky_replacement: true\`. Documented: ${CLOUD_TYPES.join(', ')}.`,
    examples: CLOUD_TYPES,
  },
  enhance: { description: 'Whether to enhance the image at all.' },
  enhance_type: {
    description: `The style. Documented: ${ENHANCE_TYPES.join(', ')}. \`property\` and \`property_usa\` are meant for AI below 4.0, \`warm\` and \`neutral\` for 4.0 and above.`,
    examples: ENHANCE_TYPES,
  },
  finetune_settings: { description: 'Passed on unchanged.' },
  hdr: { description: 'In Autoenhance’s own sample, without an explanation.' },
  image_name: { description: 'A name for people.' },
  lens_correction: { description: 'Whether to correct the lens’s distortion.' },
  metadata: { description: 'The caller’s own data, stored with the image.' },
  order_id: { description: 'The order that the image belongs to.' },
  privacy: { description: 'Whether to blur faces and number plates.' },
  rating: { description: 'How well the image was enhanced before.' },
  sky_replacement: { description: 'Whether to replace the sky.' },
  threesixty: { description: 'Whether the image is a 360° panorama.' },
  upscale: { description: 'Whether to enlarge the image.' },
  vertical_correction: { description: 'Whether to straighten vertical lines.' },
  window_pull: { description: 'Whether to show the view through the windows. AI 4.0 and above.' },
};

// Copies, because the functions' fields of one kind share a schema, and a description belongs to one schema.
const described = Object.entries(FIELDS).map(([name, about]) => {
  const field = z.core.clone<z.core.$ZodType>(preferencesSchema.shape[name as keyof typeof FIELDS]);
  z.globalRegistry.add(field, { ...about });
  return [name, field] as const;
});
const { def } = preferencesSchema._zod;

/** The functions' own schema, with a description of each field. */
export const preferences = z.core.clone(preferencesSchema, {
  ...def,
  shape: { ...def.shape, ...Object.fromEntries(described) },
});

z.globalRegistry.add(preferences, {
  description:
    'The enhancement choices to change. A field that is left out keeps the value of the image’s last enhancement; there are no defaults, and nothing is added. Unknown fields are passed on unchanged. At most 64 KiB as JSON, and 64 levels deep.',
});
components.add(preferences, { id: 'Preferences' });
