import type { ImageRecord } from './images.ts';

export type PictureKind = 'original' | 'enhanced';

/** Not among what an enhancement is asked for. */
const FACTS = ['image_id', 'date_added', 'downloaded', 'status', 'status_reason', 'user_id', 'order_id', 'metadata'];
const MOST_LINES = 12;

const DULL_SKY = '#b9bfc4';
const SKIES: Readonly<Record<string, string>> = { CLEAR: '#4a9ae8', LOW_CLOUD: '#7db4e6', HIGH_CLOUD: '#9cc4e4' };
const TINTS: Readonly<Record<string, string>> = {
  warm: '#ff9d3c',
  neutral: '#ffffff',
  modern: '#8fd3ff',
  authentic: '#d8c8a8',
};

/**
 * A made-up picture (SVG) of an image: a house under a sky. It shows the image's id and what was asked for, so that two images, and an
 * image before and after, differ.
 */
export function drawPicture(record: ImageRecord, kind: PictureKind): string {
  const isEnhanced = kind === 'enhanced';
  const asked = isEnhanced ? askedFor(record) : ['as it was uploaded'];
  const sky = isEnhanced ? skyOf(record) : DULL_SKY;
  const tint = TINTS[String(record.enhance_type)] ?? '#ffffff';
  const isUpright = isEnhanced && record.vertical_correction === true;
  const windows = isEnhanced && record.window_pull === true ? '#6db3e8' : '#fdfdfd';
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640" viewBox="0 0 960 640" font-family="sans-serif">',
    `<rect width="960" height="640" fill="${sky}"/>`,
    ...(isEnhanced && record.sky_replacement === true ? cloudsOf(record) : []),
    `<rect y="430" width="960" height="210" fill="${isEnhanced ? '#6fa84f' : '#82876f'}"/>`,
    `<g transform="rotate(${isUpright ? 0 : 4} 480 430)">`,
    `<rect x="330" y="250" width="300" height="190" fill="${isEnhanced ? '#e9dcc3' : '#b3aca0'}"/>`,
    `<polygon points="310,250 480,140 650,250" fill="${isEnhanced ? '#a5483a' : '#77605a'}"/>`,
    ...[365, 525].map((x) => `<rect x="${x}" y="290" width="70" height="60" fill="${windows}"/>`),
    '<rect x="455" y="350" width="50" height="90" fill="#5a4636"/>',
    '</g>',
    ...(isEnhanced ? [`<rect width="960" height="640" fill="${tint}" opacity="0.14"/>`] : []),
    `<text x="24" y="44" font-size="26" font-weight="bold">${kind}: ${escaped(String(record.image_id))}</text>`,
    ...asked.map((line, index) => `<text x="24" y="${78 + index * 26}" font-size="20">${escaped(line)}</text>`),
    '</svg>',
  ].join('\n');
}

function askedFor(record: ImageRecord): readonly string[] {
  const lines = Object.entries(record)
    .filter(([name, value]) => !FACTS.includes(name) && value !== null && value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`.slice(0, 60));
  return lines.slice(0, MOST_LINES);
}

function skyOf({ sky_replacement: isReplaced, cloud_type: clouds }: ImageRecord): string {
  return isReplaced === true ? (SKIES[String(clouds)] ?? '#86b9e6') : '#a9c3d6';
}

function cloudsOf({ cloud_type: type }: ImageRecord): readonly string[] {
  const heights: Readonly<Record<string, number>> = { LOW_CLOUD: 210, HIGH_CLOUD: 90 };
  const height = heights[String(type)];
  if (height === undefined) return [];
  return [160, 720, 830].map(
    (x, index) => `<ellipse cx="${x}" cy="${height + index * 18}" rx="90" ry="26" fill="#ffffff" opacity="0.85"/>`,
  );
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // XML allows no control characters and no halves of a pair.
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '?').replace(/[&<>"]/g, (each) => names[each] ?? each);
}
