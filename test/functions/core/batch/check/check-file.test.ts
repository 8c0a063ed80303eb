import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../../../functions/adapters/csv/parse-csv.ts';
import { createCheckFile } from '../../../../../functions/core/batch/check/check-file.ts';
import { inMemoryStore } from '../../../../../functions/core/batch/check/in-memory-store.ts';
import { MAX_LOOKED_AT } from '../../../../../functions/core/batch/check/ports.ts';
import { UploadGone } from '../../../../../functions/core/batch/ports.ts';
import type { Pace } from '../../../../../functions/core/batch/viewing/pace.ts';
import { check, ndjson } from '../../../../support/check-bench.ts';

const warm = { enhance_type: 'warm' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const pace: Pace = { requests: 1, limit: 500, leftToday: 500, days: 0, expectedEnd: 1, sentence: '1 image' };

describe('a file that can be sent', () => {
  it('is counted, without its blank lines, and not refused', async () => {
    const content = ndjson({ image_id: 'a', preferences: warm }, { image_id: 'b', preferences: warm });
    const { check: found, accepted, sha256: digest } = await check('a.ndjson', `${content}\n\n`);
    expect(found).toEqual({
      total: 2,
      rejected: 0,
      rejections: [],
      repeatedImages: 0,
      differingImages: 0,
      repeats: [],
      problems: [],
      warnings: [],
    });
    expect([accepted, digest]).toEqual([2, sha256(`${content}\n\n`)]);
  });

  it('has the digest of all its bytes, however many reads it takes', async () => {
    // Four reads, of a mebibyte each.
    const rows = Array.from({ length: 600 }, (_, n) => `image-${n},${'x'.repeat(6000)}`);
    const content = `image_id,image_name\n${rows.join('\n')}`;
    const { sha256: digest, accepted } = await check('a.csv', content);
    expect([accepted, digest]).toEqual([600, sha256(content)]);
  });

  it('is read from memory where the object is not there yet', async () => {
    const source = inMemoryStore(Buffer.from('image_id\na\n'));
    const { accepted } = await check('a.csv', '', { source });
    expect(accepted).toBe(1);
  });

  it('holds as many requests as a file may, and not one more', async () => {
    const refusals = ['image_id\na\nb\n', 'image_id\na\nb\nc\n'].map(async (content) => {
      const { check: found } = await check('a.csv', content, {}, { maxRequests: 2 });
      return found.refusal;
    });
    expect(await Promise.all(refusals)).toEqual([
      undefined,
      'a request file must hold at most 2 requests, got more: split it',
    ]);
  });

  it('has a pace, for the lines that hold a request', async () => {
    const asked: unknown[] = [];
    const paceOf = async (requests: number, hasRepeats: boolean) => {
      asked.push([requests, hasRepeats]);
      return pace;
    };
    const a = { image_id: 'a', preferences: {} };
    const checked = await check('a.ndjson', `${ndjson(a)}bad\n`, {}, { paceOf });
    await check('a.ndjson', ndjson(a, a), {}, { paceOf });
    expect([checked.pace, asked]).toEqual([
      pace,
      [
        [1, false],
        [2, true],
      ],
    ]);
  });

  it('is refused when its pace is', async () => {
    const paceOf = async () => ({ ...pace, refusal: 'too long' });
    const { check: found } = await check('a.csv', 'image_id\na\n', {}, { paceOf });
    expect(found.refusal).toBe('too long');
  });
});

describe('a file that is refused for its name alone', () => {
  it('is told by its content from another one of that name', async () => {
    const [one, other, again] = await Promise.all(
      ['spring', 'summer', 'spring'].map((content) => check('a.xlsx', content)),
    );
    expect(one?.check.refusal).toMatch(/got \.xlsx/);
    expect(one?.sha256).toBe(again?.sha256);
    expect(one?.sha256).not.toBe(other?.sha256);
  });
});

describe('refused lines', () => {
  const content = `${ndjson({ image_id: 'a', preferences: {} })}bad\n${ndjson({ image_id: 'b', preferences: { rating: 7 } })}`;

  it('are told with their reasons, and the rest is sent', async () => {
    const { check: found, accepted } = await check('a.ndjson', content);
    expect(found.rejections).toEqual([
      { line: 2, detail: expect.stringContaining('it must be a JSON object, got "bad"') },
      { line: 3, image_id: 'b', detail: 'rating must be an integer from 0 to 5, got 7' },
    ]);
    expect([found.total, found.rejected, accepted, found.refusal]).toEqual([3, 2, 1, undefined]);
  });

  it('are all listed in an object, in their order', async () => {
    const bad = Array.from({ length: 1200 }, (_, n) => `bad ${n}\n`).join('');
    const checked = await check('a.ndjson', content + bad, { rejectedKey: 'reports/r.ndjson' });
    const list = checked.written['uploads/reports/r.ndjson']?.trim().split('\n') ?? [];
    expect(JSON.parse(list[0] ?? '')).toMatchObject({ line: 2, original: 'bad' });
    expect(list.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 1202 }, (_, n) => n + 2));
    expect([checked.check.rejectedKey, checked.check.rejections.length]).toEqual(['reports/r.ndjson', 20]);
  });

  it('are listed in pieces, each of them once, however long they are', async () => {
    const bad = Array.from({ length: 60 }, (_, n) => `${n} ${'x'.repeat(60_000)}\n`).join('');
    const { written } = await check('a.ndjson', content + bad, { rejectedKey: 'reports/r.ndjson' });
    const lines = (written['uploads/reports/r.ndjson'] ?? '').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).line)).toEqual([2, 3, ...Array.from({ length: 60 }, (_, n) => n + 4)]);
  });

  it('are read to the last, and what comes after them, also where nobody wants the list', async () => {
    const bad = Array.from({ length: 60 }, (_, n) => `${n} ${'x'.repeat(60_000)}\n`).join('');
    const { check: found, accepted, sha256: digest } = await check('a.ndjson', bad + content);
    expect([found.total, found.rejected, accepted, digest]).toEqual([63, 62, 1, sha256(bad + content)]);
  });

  it('are written nowhere without a key, nor where there is none', async () => {
    const { written } = await check('a.ndjson', content);
    const good = await check('a.csv', 'image_id\na\n', { rejectedKey: 'reports/r.ndjson' });
    expect([written, good.written, good.check.rejectedKey]).toEqual([{}, {}, undefined]);
  });

  it('all of them: the batch is refused, and the first reason is told', async () => {
    const { check: found, pace: none } = await check('a.ndjson', 'bad\nworse\n', {}, { paceOf: async () => pace });
    expect(found.refusal).toMatch(/^all 2 lines are refused; line 1: .*got "bad"/);
    expect(none).toBeUndefined();
  });

  it('that say something of the whole file are its problems', async () => {
    const content = Buffer.from('image_id,rating\na,1\nb,x\nK\xfcche,1\n', 'latin1');
    const { check: found } = await check('a.csv', content);
    expect(found.rejected).toBe(2);
    expect(found.problems).toEqual(['line 4 is not valid UTF-8: save the file as UTF-8']);
  });

  it('with a long reason are shortened where they are shown', async () => {
    const columns = Array.from({ length: 40 }, (_, n) => `"member_${n}":1`).join(',');
    const { check: found } = await check('a.ndjson', `{"image_id":"a","preferences":{},${columns}}\n{"rating":"x"}\n`);
    expect(found.rejections[0]?.detail.length).toBeLessThanOrEqual(300);
  });
});

describe('images that come more than once', () => {
  it('are counted, shown with their lines, and told apart when they ask for different things', async () => {
    const { check: found } = await check(
      'a.csv',
      'image_id,enhance_type\na,warm\nb,warm\na,warm\nc,warm\nb,neutral\na,warm\nb,warm\n',
    );
    expect(found).toMatchObject({
      repeatedImages: 2,
      differingImages: 1,
      repeats: [
        { image_id: 'a', lines: [2, 4, 7], count: 3, differs: false },
        { image_id: 'b', lines: [3, 6, 8], count: 3, differs: true },
      ],
      warnings: [
        '2 images come more than once, such as a on lines 2, 4 and 7: each line is sent, in the order of the file. Autoenhance tells of images and not of lines, so some lines may end minutes after their image',
        '1 image comes with different preferences, such as b on lines 3, 6 and 8: the last line decides',
      ],
    });
  });

  it('do not differ by the order of their members, and differ by their API version', async () => {
    const one = { image_id: 'a', preferences: { hdr: true, rating: 1 } };
    const other = { image_id: 'a', preferences: { rating: 1, hdr: true } };
    const same = await check('a.ndjson', ndjson(one, other));
    // Member by member as the line before, but for the version.
    const versions = await check('a.ndjson', ndjson(one, { ...one, api_version: '2025-05-08' }));
    expect([same.check.differingImages, versions.check.differingImages]).toEqual([0, 1]);
  });

  it('are told apart by their preferences, however many different ones a file has', async () => {
    const once = Array.from({ length: 700 }, (_, n) => ({ image_id: `i${n}`, preferences: { metadata: { n } } }));
    const { check: found } = await check('a.ndjson', ndjson(...once, ...once, { image_id: 'i0', preferences: {} }));
    expect([found.repeatedImages, found.differingImages]).toEqual([700, 1]);
  });

  it('of many, the first few are shown, each with the first few of its lines', async () => {
    const rows = Array.from({ length: 600 }, (_, n) => `image-${n % 20}`).join('\n');
    const { check: found } = await check('a.csv', `image_id\n${rows}\n`);
    expect([found.repeatedImages, found.repeats.length, found.repeats[0]?.count]).toEqual([20, 10, 30]);
    expect(found.warnings[0]).toContain('image-0 on lines 2, 22, 42, 62, 82 …');
  });
});

describe('image ids of another form than the others', () => {
  const uuid = (n: number) => `7c9e6679-7425-40de-944b-e07fc1f9${String(n).padStart(4, '0')}`;
  const warningsOf = async (uuids: number, ...others: readonly string[]) => {
    const ids = [...Array.from({ length: uuids }, (_, n) => uuid(n)), ...others];
    return (await check('a.csv', `image_id\n${ids.join('\n')}\n`)).check.warnings;
  };
  const form = 'of the form of the others, which are UUIDs';

  it('are named, the first three of them', async () => {
    expect(await warningsOf(9, 'IMG_0012.jpg')).toEqual([
      `1 image id is not ${form}: IMG_0012.jpg on line 11. Look whether this is meant`,
    ]);
    expect(await warningsOf(36, 'a', 'b', 'c', 'd')).toEqual([
      `4 image ids are not ${form}: such as a on line 38, b on line 39, c on line 40. Look whether this is meant`,
    ]);
  });

  it('are nothing to be told of where they are more than one in ten, or none', async () => {
    expect(await warningsOf(8, 'IMG_0012.jpg')).toEqual([]);
    expect(await warningsOf(0, 'a', 'b')).toEqual([]);
    expect(await warningsOf(3)).toEqual([]);
  });
});

describe('what looks wrong in the preferences', () => {
  it('is told once, with how many lines it is about', async () => {
    const { check: found } = await check(
      'a.ndjson',
      ndjson(
        { image_id: 'a', preferences: { enhance_typ: 'warm' } },
        { image_id: 'b', preferences: { enhance_typ: 'warm', rating: 3 } },
        { image_id: 'c', preferences: { cloud_type: 'CLEAR' } },
        { image_id: 'd', preferences: { zoom: 2 } },
        { image_id: 'e', preferences: { zoom: 3, rating: 1 } },
        { image_id: 'f', preferences: { zoom: 4 } },
      ),
    );
    expect(found.warnings).toEqual([
      'zoom: no field that this service knows. It is passed on unchanged (on 3 lines)',
      'enhance_typ: did you mean enhance_type? It is passed on unchanged (on 2 lines)',
      'cloud_type "CLEAR" takes effect only together with sky_replacement true (on 1 line)',
    ]);
  });

  it('in the name of a column is told once, also when no line has it', async () => {
    const filled = await check('a.csv', 'image_id;Enhance Typ\na;warm\nb;warm\n');
    const empty = await check('a.csv', 'image_id;metdata.listing\na;\n');
    expect(filled.check.warnings).toEqual([
      'Enhance Typ: did you mean enhance_type? It is passed on unchanged (on 2 lines)',
    ]);
    expect(empty.check.warnings).toEqual(['metdata.listing: did you mean metadata.listing? It is passed on unchanged']);
  });

  it('in a name of many characters is shortened', async () => {
    const { check: found } = await check('a.ndjson', ndjson({ image_id: 'a', preferences: { ['x'.repeat(9000)]: 1 } }));
    expect(found.warnings).toEqual([expect.stringMatching(/^x{100}…: no field that this service knows/)]);
  });

  it('and differs on every line is told of the most frequent only', async () => {
    const lines = Array.from({ length: 1100 }, (_, n) => ({ image_id: `i${n}`, preferences: { [`name ${n}`]: 1 } }));
    const { check: found } = await check('a.ndjson', ndjson({ image_id: 'x', preferences: { zoom: 1 } }, ...lines));
    expect(found.warnings).toHaveLength(20);
  });
});

describe('images that have a request waiting', () => {
  const rows = (count: number) => `image_id\n${Array.from({ length: count }, (_, n) => `image-${n}`).join('\n')}\n`;

  async function lookUp(content: string) {
    const asked: (readonly string[])[] = [];
    const waitingRequests = {
      async countWaiting(imageIds: readonly string[]) {
        asked.push(imageIds);
        return 3;
      },
    };
    const { check: found } = await check('a.csv', content, {}, { waitingRequests });
    return { asked: asked[0] ?? [], calls: asked.length, found };
  }

  it('are looked up, each image once', async () => {
    const { asked, found } = await lookUp('image_id\na\nb\na\n');
    expect(asked.toSorted()).toEqual(['a', 'b']);
    expect(found.waitingImages).toEqual({ lookedAt: 2, waiting: 3 });
  });

  it('of a large file are looked up by an even sample, the same one each time', async () => {
    const [one, other] = [await lookUp(rows(5000)), await lookUp(rows(5000))];
    expect(one.asked).toEqual(other.asked);
    expect(new Set(one.asked).size).toBe(MAX_LOOKED_AT);
    const late = one.asked.filter((id) => Number(id.slice(6)) >= 2500).length;
    expect(late).toBeGreaterThan(30);
    expect(late).toBeLessThan(70);
    expect(one.found.warnings).toEqual([
      '3 of the 100 images that were looked up have a request waiting already: theirs in this batch come after it',
    ]);
  });

  it('are not looked up for a batch that is refused', async () => {
    expect((await lookUp('image_id\n')).calls).toBe(0);
  });
});

describe('a check that cannot go on', () => {
  const limits = { deadline: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };
  const upload = { bucket: 'b', key: 'requests/a.csv', version: 'v' };

  it('tells so: the object is gone', async () => {
    const read = async () => {
      throw new UploadGone('the object is gone');
    };
    const checkFile = createCheckFile({ store: { read, write: async () => {} }, parseCsv });
    await expect(checkFile(upload, limits)).rejects.toThrow(UploadGone);
  });

  it('ends with what its keeper throws', async () => {
    const keep = async () => {
      throw new Error('the lease is lost');
    };
    await expect(check('a.csv', 'image_id\na\n', { keep })).rejects.toThrow('the lease is lost');
  });

  it('ends when the list of refused lines cannot be written', async () => {
    const store = {
      ...inMemoryStore(Buffer.from('image_id\na b\n')),
      write: async () => {
        throw new Error('the bucket is away');
      },
    };
    const checkFile = createCheckFile({ store, parseCsv });
    await expect(checkFile(upload, limits, { rejectedKey: 'r' })).rejects.toThrow('the bucket is away');
  });
});
