import type { Batch } from '../../../client/src/index.ts';
import { cancelSentences } from './cancel-sentences.ts';

/** What a cancel does to how many lines. */
export function CancelNumbers({ batch }: { readonly batch: Batch }) {
  const [first, ...others] = cancelSentences(batch);
  return (
    <ul class="sentences">
      <li>
        <strong>{first}</strong>
      </li>
      {others.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}
