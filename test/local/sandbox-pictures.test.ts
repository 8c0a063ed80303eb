import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../local/sandbox/picture.ts';
import { startedSandbox } from './support/sandbox-calls.ts';

const record = {
  image_id: 'house',
  enhance: true,
  vertical_correction: true,
  enhance_type: 'warm',
  status: 'processed',
};

describe('the pictures of an image', () => {
  const WITH_KEY = { 'x-api-key': 'sandbox-key' };

  async function withImages() {
    const { sandbox } = await startedSandbox();
    for (const status of ['processed', 'waiting', 'expired'] as const) sandbox.addImage({ id: status, status });
    const get = (path: string, headers = {}) => fetch(`${sandbox.url}${path}`, { headers, redirect: 'manual' });
    return { sandbox, get };
  }

  it('are a redirect to a file of another host, which is not to be given the key', async () => {
    const { get } = await withImages();
    const preview = await get('/v3/images/processed/enhanced', WITH_KEY);
    expect([preview.status, preview.headers.get('location')]).toEqual([302, '/assets/processed/enhanced']);
    const [open, withKey] = [
      await get('/assets/processed/enhanced'),
      await get('/assets/processed/enhanced', WITH_KEY),
    ];
    expect([open.status, open.headers.get('content-type'), withKey.status]).toEqual([200, 'image/svg+xml', 400]);
  });

  it('are there of what was uploaded, and is not expired', async () => {
    const { get } = await withImages();
    for (const id of ['waiting', 'expired', 'nobody']) {
      expect((await get(`/v3/images/${id}/original`, WITH_KEY)).status, id).toBe(404);
    }
  });

  it('are bought in full size alone', async () => {
    const { sandbox, get } = await withImages();
    await get('/v3/images/processed/enhanced', WITH_KEY);
    await get('/v3/images/processed/enhanced?preview=true', WITH_KEY);
    expect(sandbox.image('processed')).toMatchObject({ downloaded: false });
    await get('/v3/images/processed/enhanced?preview=false', WITH_KEY);
    expect(sandbox.image('processed')).toMatchObject({ downloaded: true });
  });

  it('stay bought when the image is enhanced again', async () => {
    const { sandbox, process, send } = await startedSandbox({ images: [{ id: 'garage' }] });
    await fetch(`${sandbox.url}/v3/images/garage/enhanced?preview=false`, { headers: WITH_KEY, redirect: 'manual' });
    await process('garage');
    expect((await send('GET', '/v3/images/garage')).body).toMatchObject({ downloaded: true });
  });

  it('can be made to fail, and their files too', async () => {
    const { sandbox, get } = await withImages();
    sandbox.fail({ kind: 'status', status: 503, call: 'preview', times: 2 });
    const statuses = [await get('/v3/images/processed/enhanced', WITH_KEY), await get('/assets/processed/enhanced')];
    expect(statuses.map(({ status }) => status)).toEqual([503, 503]);
  });
});

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
