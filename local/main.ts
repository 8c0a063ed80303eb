// npm start: the whole service on this machine, until Ctrl-C or SIGTERM.
import { S3Client } from '@aws-sdk/client-s3';
import { parseStartArguments, type StartArguments, USAGE, UsageError } from './args.ts';
import { clientSettings } from './aws-clients.ts';
import { failWith } from './fail-with.ts';
import { INBOX, watchInbox } from './inbox.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import { type Service, startService } from './service.ts';
import { outcomeLine, startText } from './start-text.ts';
import { isTrouble } from './trouble.ts';

// Taken out at once, so that no child process inherits it.
const { AUTOENHANCE_API_KEY: apiKey } = process.env;
delete process.env.AUTOENHANCE_API_KEY;

async function main(): Promise<void> {
  const options = parseStartArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const service = await start(options);
  const facts = { sandboxUrl: service.sandbox?.url, imageId: options.live ? 'IMAGE_ID' : KNOWN_IMAGES.house.id };
  const { uploadsBucket: bucket, addresses } = service;
  const uploads = bucket === undefined ? undefined : { bucket, s3: addresses.s3 };
  console.log(startText({ ...service, ...facts, uploads }));
  service.watchOutcomes((event) => console.log(outcomeLine(event)));
  const closeInbox = await openInbox(service);
  endOnSignal(service, closeInbox);
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
    log: (_function, line) => isTrouble(line) && console.error(line),
  });
}

/** @returns how to close it again */
async function openInbox({ addresses, uploadsBucket: bucket }: Service): Promise<() => Promise<void>> {
  if (bucket === undefined) return async () => {};
  const s3 = new S3Client({ ...clientSettings(addresses.s3), forcePathStyle: true });
  return watchInbox({ directory: INBOX, s3, bucket, tell: (sentence) => console.log(`  ${sentence}`) });
}

/** The first signal lets what is under way finish; the second one does not. */
function endOnSignal(service: Service, closeInbox: () => Promise<void>): void {
  let asked = false;
  const end = async () => {
    if (asked) process.exit(130);
    asked = true;
    console.log('\nStopping: requests under way may finish, for at most 10 s. Ctrl-C again ends at once.');
    await closeInbox();
    await service.stop();
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

await main().catch(failWith);
