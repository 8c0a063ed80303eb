// npm start: runs the whole service on this machine until Ctrl-C or SIGTERM.
import { relative } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseStartArguments, type StartArguments, USAGE, UsageError } from './args.ts';
import { clientSettings } from './aws-clients.ts';
import { onClosedPipe } from './closed-pipe.ts';
import { failWith } from './fail-with.ts';
import { hiddenSentence } from './hidden-messages.ts';
import { claimInbox, INBOX, watchInbox } from './inbox.ts';
import { outcomeRow } from './outcome-row.ts';
import { callbackRow, startReceiver } from './receiver.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import { type Service, startService } from './service.ts';
import { startText } from './start-text.ts';
import { createTally, type FileReport, isCountedOnly, type Milestone, type Tally } from './tally.ts';
import { createScreen } from './terminal/screen.ts';
import { isTrouble, troubleRow } from './trouble.ts';

// Removed from the environment, so that no child process inherits it.
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
  // Before the text is printed: a reader may put a file there at once, or stop the service.
  const closeInbox = await inbox?.open(tally);
  endOnSignal(service, closeInbox, tally);
  screen.print(startText({ ...service, ...facts, uploads, notices }, process.stdout));
  showOutcomes(service, tally);
  if (options.receiver) await showCallbacks(service, options);
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
    // A person waits: a minute until a batch's end is noticed would be long.
    schedulesEveryMs: 2000,
    // Outcomes are printed from the results queue already.
    log: (functionName, line) => isTrouble(line) && screen.trouble(troubleRow(functionName, line)),
  });
}

/** Prints and counts the events in the results queue. */
function showOutcomes(service: Service, tally: Tally): void {
  const show = (milestones: readonly Milestone[]) => {
    // On a terminal the last line shows a file's progress.
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
    // Without its report a file is counted too, but without a total.
    readReport(s3, bucket, key).then(
      (report) => show(tally.report(report)),
      () => {},
    );
  });
}

/** Receives the partner's callbacks, and prints them. */
async function showCallbacks(service: Service, { port }: StartArguments): Promise<void> {
  const { url } = await startReceiver(service, port, (callback) => screen.row(callbackRow(callback)));
  screen.print(`  The callbacks of the partner ${service.partner.name} go to ${url} and are shown too.\n`);
}

async function readReport(s3: S3Client, Bucket: string, Key: string): Promise<FileReport> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '') as FileReport;
}

interface Inbox {
  /** Its folder, if this service watches it. */
  readonly shown: string | undefined;
  /** Why this service does not watch it. */
  readonly notice: string | undefined;
  /** @returns a function that closes it */
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
    const notice = `Another npm start watches ${folder}, so this one has no inbox. --inbox DIR gives it another folder.`;
    return { shown: undefined, notice, open: async () => async () => {} };
  }
  return {
    shown: folder,
    notice: undefined,
    async open(tally) {
      const report = (sentence: string) => screen.print(`  ${sentence}`);
      const close = await watchInbox({ directory, s3: s3Of(service), bucket, report, onUpload: tally.uploaded });
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

/** After the first signal, running requests may finish. The second one ends at once. */
function endOnSignal(service: Service, closeInbox: (() => Promise<void>) | undefined, tally: Tally): void {
  let asked = false;
  let stopping: Promise<void> | undefined;
  // A signal's sentence may be what shows that nobody reads any more: both end the service.
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };
  const stopAll = async () => {
    await closeInbox?.();
    await service.stop();
    screen.status('');
    if (tally.status() !== '') screen.print(`In total: ${tally.totals()}.`);
    process.exit(0);
  };
  const end = async () => {
    if (asked) process.exit(130);
    asked = true;
    screen.print('\nStopping: running requests may finish, for at most 10 s. Press Ctrl-C again to end at once.');
    await stop();
  };
  endQuietly = () => {
    screen.mute();
    return stop();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

// The ledger throws where nothing can catch it when its disk is full.
process.on('uncaughtException', failWith);
await main().catch(failWith);
