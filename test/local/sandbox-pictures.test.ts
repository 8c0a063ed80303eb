import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../local/sandbox/picture.ts';

const record = {
  image_id: 'house',
  enhance: true,
  vertical_correction: true,
  enhance_type: 'warm',
  status: 'processed',
};

describe('a picture of the sandbox', () => {
  it('shows its image and what was asked for, and no more', () => {
    const picture = drawPicture({ ...record, cloud_type: 'CLEAR', rating: null }, 'enhanced');
    for (const text of ['enhanced: house', 'enhance_type: warm', 'cloud_type: CLEAR']) expect(picture).toContain(text);
    expect(picture).not.toMatch(/rating|status/);
  });

  it('differs before and after, by image and by every preference that changes what is seen', () => {
    const changes = [{}, { enhance_type: 'neutral' }, { window_pull: true }, { vertical_correction: false }];
    const skies = ['CLEAR', 'LOW_CLOUD', 'HIGH_CLOUD'].map((cloud_type) => ({ sky_replacement: true, cloud_type }));
    const pictures = [...changes, ...skies, { image_id: 'garden' }].map((change) =>
      drawPicture({ ...record, ...change }, 'enhanced'),
    );
    expect(new Set([...pictures, drawPicture(record, 'original')]).size).toBe(pictures.length + 1);
  });

  it('is well-formed whatever its image is called', () => {
    const picture = drawPicture({ ...record, image_name: '<script>&"\u0000\ud800' }, 'enhanced');
    expect(picture).toContain('image_name: &lt;script&gt;&amp;&quot;??');
    expect(picture.isWellFormed()).toBe(true);
  });
});
