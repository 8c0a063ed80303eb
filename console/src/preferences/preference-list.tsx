import type { Preferences } from '../../../client/src/index.ts';
import { fieldTexts, texts } from '../texts.ts';

export function PreferenceList({ preferences }: { readonly preferences: Preferences }) {
  const entries = Object.entries(preferences);
  if (entries.length === 0) return <p class="help">{texts.request.noPreferences}</p>;
  return (
    <dl class="facts">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <FieldName name={name} />
          </dt>
          <dd dir="auto">{valueText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** As people call it; its name in the API on hover. */
export function FieldName({ name }: { readonly name: string }) {
  return <span title={name}>{fieldTexts[name]?.label ?? name}</span>;
}

export function valueText(value: unknown): string {
  if (value === true) return texts.newBatch.on;
  if (value === false) return texts.newBatch.off;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
