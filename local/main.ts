// npm start: the whole service on this machine, until Ctrl-C or SIGTERM.
import { relative } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseStartArguments, type StartArguments, USAGE, UsageError } from './args.ts';
import { clientSettings } from './aws-clients.ts';
import { onClosedPipe } from './closed-pipe.ts';
import { failWith } from './fail-with.ts';
import { hiddenSentence } from './hidden-messages.ts';
import { claimInbox, INBOX, watchInbox } from './inbox.ts';
import { outcomeRow } from './outcome-row.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import { type Service, startService } from './service.ts';
import { startText } from './start-text.ts';
import { createTally, type FileReport, isCountedOnly, type Milestone, type Tally } from './tally.ts';
import { createScreen } from './terminal/screen.ts';
import { isTrouble, troubleRow } from './trouble.ts';

// Taken out at once, so that no child process inherits it.
const { AUTOENHANCE_API_KEY: apiKey } = process.env;
delete process.env.AUTOENHANCE_API_KEY;

const screen = createScreen({ out: process.stdout, err: process.stderr });
let endQuietly = (): unknown => process.exit(0);
onClosedPipe(() => endQuietly());

async function main(): Promise<void> {
  const options = parseStartArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const tally = createTally(Date.now());
  const service = await start(options);
  const inbox = createInbox(options, service);
  const facts = { sandboxUrl: service.sandbox?.url, imageId: options.live ? 'IMAGE_ID' : KNOWN_IMAGES.house.id };
  const { uploadsBucket: bucket, addresses } = service;
  const uploads = bucket === undefined ? undefined : { bucket, s3: addresses.s3, inbox: inbox?.shown };
  const notices = [hiddenSentence(service.hiddenRequests), inbox?.notice].filter((notice) => notice !== undefined);
  // First: who has read the text may put a file there at once.
  const closeInbox = await inbox?.open(tally);
  screen.print(startText({ ...service, ...facts, uploads, notices }, process.stdout));
  showOutcomes(service, tally);
  endOnSignal(service, closeInbox, tally);
}

function start({ port, keep, live }: StartArguments): Promise<Service> {
  if (live && !apiKey) {
    throw new UsageError('--live needs the key of your Autoenhance account in the variable AUTOENHANCE_API_KEY');
  }
  return startService({
    port,
    keep,
    live: live && apiKey ? { apiKey } : undefined,
    finishesImages: true,
    // Outcomes are printed from the results queue already.
    log: (functionName, line) => isTrouble(line) && screen.trouble(troubleRow(functionName, line)),
  });
}

/** Prints what comes onto the results queue, and counts it. */
function showOutcomes(service: Service, tally: Tally): void {
  const show = (milestones: readonly Milestone[]) => {
    // On a terminal the last line says how far a file is.
    for (const { row, isEnd } of milestones) if (isEnd || !screen.hasStatus) screen.row(row);
    screen.status(tally.status());
  };
  service.watchOutcomes((event) => {
    if (!isCountedOnly(event)) screen.row(outcomeRow(event));
    show(tally.outcome(event));
  });
  const s3 = s3Of(service);
  service.watchObjects(({ bucket, key }) => {
    if (!/^reports\/.*\.json$/.test(key)) return;
    // Without its report a file is counted all the same, of an unknown number.
    readReport(s3, bucket, key).then(
      (report) => show(tally.report(report)),
      () => {},
    );
  });
}

async function readReport(s3: S3Client, Bucket: string, Key: string): Promise<FileReport> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '') as FileReport;
}

interface Inbox {
  /** Its folder, when it is this service's. */
  readonly shown: string | undefined;
  /** Why there is none. */
  readonly notice: string | undefined;
  /** @returns how to close it again */
  open(tally: Tally): Promise<() => Promise<void>>;
}

/** Undefined when there is no bucket. */
function createInbox({ inbox }: StartArguments, service: Service): Inbox | undefined {
  const { uploadsBucket: bucket } = service;
  if (bucket === undefined) return undefined;
  const directory = inbox ?? INBOX;
  const folder = inbox ?? relative(process.cwd(), INBOX);
  const release = claimInbox(directory);
  if (release === undefined) {
    const notice = `Another npm start watches ${folder}, so this one goes on without an inbox: --inbox DIR gives it its own.`;
    return { shown: undefined, notice, open: async () => async () => {} };
  }
  return {
    shown: folder,
    notice: undefined,
    async open(tally) {
      const tell = (sentence: string) => screen.print(`  ${sentence}`);
      const close = await watchInbox({ directory, s3: s3Of(service), bucket, tell, onUpload: tally.uploaded });
      return async () => {
        await close();
        release();
      };
    },
  };
}

function s3Of({ addresses }: Service): S3Client {
  return new S3Client({ ...clientSettings(addresses.s3), forcePathStyle: true });
}

/** The first signal lets what is under way finish; the second one does not. */
function endOnSignal(service: Service, closeInbox: (() => Promise<void>) | undefined, tally: Tally): void {
  let asked = false;
  const stop = async () => {
    await closeInbox?.();
    await service.stop();
    screen.status('');
    if (tally.status() !== '') screen.print(`In all: ${tally.totals()}.`);
    process.exit(0);
  };
  const end = async () => {
    if (asked) process.exit(130);
    asked = true;
    screen.print('\nStopping: requests under way may finish, for at most 10 s. Ctrl-C again ends at once.');
    await stop();
  };
  endQuietly = () => {
    screen.mute();
    return stop();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

await main().catch(failWith);
