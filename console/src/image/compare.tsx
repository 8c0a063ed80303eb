import { useState } from 'preact/hooks';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/notices.tsx';
import { texts } from '../texts.ts';

export interface CompareProps {
  readonly imageId: string;
  /** Changes when the image is finished anew. */
  readonly version: string;
}

/** The image before and after, one over the other. Never more than the preview: the full size is bought. */
export function Compare({ imageId, version }: CompareProps) {
  const [share, setShare] = useState(50);
  const [missing, setMissing] = useState<string>();
  const previewOf = (of: 'original' | 'enhanced') =>
    `/v3/images/${encodeURIComponent(imageId)}/preview?${new URLSearchParams({ of, v: version })}`;
  if (missing === version) {
    return (
      <Card title={texts.image.compare}>
        <Empty>{texts.image.noPreview}</Empty>
      </Card>
    );
  }
  return (
    <Card title={texts.image.compare}>
      <div class="compare" style={{ '--share': `${share}%` }}>
        <img src={previewOf('enhanced')} alt={texts.image.after} onError={() => setMissing(version)} />
        <img
          class="compare-before"
          src={previewOf('original')}
          alt={texts.image.before}
          onError={() => setMissing(version)}
        />
        <span class="compare-label compare-label-before" aria-hidden="true">
          {texts.image.before}
        </span>
        <span class="compare-label compare-label-after" aria-hidden="true">
          {texts.image.after}
        </span>
        <input
          type="range"
          class="compare-range"
          min={0}
          max={100}
          value={share}
          aria-label={texts.image.slider}
          aria-valuetext={`${share}%`}
          onInput={({ currentTarget }) => setShare(Number(currentTarget.value))}
        />
        <span class="compare-handle" aria-hidden="true" />
      </div>
    </Card>
  );
}
