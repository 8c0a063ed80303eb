import type { BatchCheck } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Table } from '../parts/table.tsx';
import { texts } from '../texts.ts';

export function RefusedLines({ check, count }: { readonly check: BatchCheck; readonly count: number }) {
  const { rejections } = check;
  return (
    <Card title={texts.check.rejectionsTitle(count)} tone="bad">
      <p class="help">
        {texts.check.rejectionsHelp} {rejections.length < count && texts.check.firstOf(rejections.length, count)}
      </p>
      <Table
        label={texts.check.rejectionsTitle(count)}
        columns={[
          { title: texts.check.line, class: 'number' },
          { title: texts.check.image },
          { title: texts.check.why },
        ]}
      >
        {rejections.map(({ line, image_id, detail }) => (
          <tr key={line}>
            <td class="number">{numberText(line)}</td>
            <td class="id" dir="auto">
              {image_id ?? <span class="calm">{texts.check.noId}</span>}
            </td>
            <td class="sentence" dir="auto">
              {detail}
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

export function RepeatedImages({ check }: { readonly check: BatchCheck }) {
  const { repeats, repeated_images, differing_images } = check;
  return (
    <Card title={texts.check.repeatsTitle(repeated_images)} tone="note">
      <p class="help">{texts.check.repeatsHelp(differing_images)}</p>
      <ul class="sentences">
        {repeats.map(({ image_id, lines, count, differs }) => (
          <li key={image_id}>
            <span class="id" dir="auto">
              {image_id}
            </span>{' '}
            <span class="calm">{texts.check.lines(lines, count)}</span>{' '}
            {differs && <Badge tone="warn">{texts.check.differs}</Badge>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
