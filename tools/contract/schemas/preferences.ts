import * as z from 'zod';
import { CLOUD_TYPES, ENHANCE_TYPES, preferencesSchema } from '../../../functions/core/request/preferences.ts';
import { components } from './components.ts';

interface About {
  readonly description: string;
  /** What is known to be taken; anything else of the type is passed on as well. */
  readonly examples?: readonly unknown[];
}

const FIELDS: Readonly<Record<keyof typeof preferencesSchema.shape, About>> = {
  ai_version: { description: 'The AI that enhances the image.', examples: ['4.7', '4.x', 'latest'] },
  cloud_type: {
    description: `The sky to put in, together with \`sky_replacement: true\`. Documented: ${CLOUD_TYPES.join(', ')}.`,
    examples: CLOUD_TYPES,
  },
  enhance: { description: 'Whether to enhance the image at all.' },
  enhance_type: {
    description: `The style. Documented: ${ENHANCE_TYPES.join(', ')}. \`property\` and \`property_usa\` are meant for AI below 4.0, \`warm\` and \`neutral\` for 4.0 and above.`,
    examples: ENHANCE_TYPES,
  },
  finetune_settings: { description: 'Passed on as it is.' },
  hdr: { description: 'Stands in Autoenhance’s own sample, which does not say what it does.' },
  image_name: { description: 'A name for people.' },
  lens_correction: { description: 'Whether to straighten what the lens has bent.' },
  metadata: { description: 'Anything of the caller’s own, kept with the image.' },
  order_id: { description: 'The order that the image belongs to.' },
  privacy: { description: 'Whether to blur faces and number plates.' },
  rating: { description: 'How well the image was enhanced before.' },
  sky_replacement: { description: 'Whether to replace the sky.' },
  threesixty: { description: 'Whether the image is a 360° panorama.' },
  upscale: { description: 'Whether to enlarge the image.' },
  vertical_correction: { description: 'Whether to set verticals upright.' },
  window_pull: { description: 'Whether to show what is outside of the windows. AI 4.0 and above.' },
};

/** What the functions parse with, and a word on each field. */
export const preferences = preferencesSchema;

for (const [name, about] of Object.entries(FIELDS)) {
  z.globalRegistry.add(preferences.shape[name as keyof typeof FIELDS], { ...about });
}
z.globalRegistry.add(preferences, {
  description:
    'The enhancement choices that are to change. One that is left out keeps the value that it had when the image was last enhanced; none has a default, and nothing is ever added. Fields that are not here are passed on as they are. At most 64 KiB as JSON, and 64 levels deep.',
});
components.add(preferences, { id: 'Preferences' });
