// Starts the service of an assembly and stops it in the middle of its work, again and again. Work that reaches a part which
// is closed already ends this process with status 1, and work that goes on keeps it from ending.
import { startService } from '../../../local/service.ts';

const ROUNDS = 2;
const REQUESTS = 8;
const [assembly = ''] = process.argv.slice(2);

for (let round = 0; round < ROUNDS; round += 1) {
  const begun = Promise.withResolvers<void>();
  let writing = 0;
  const log = (_function: string, line: string) => {
    if (line === 'writing') writing += 1;
    if (writing === REQUESTS) begun.resolve();
  };
  const service = await startService({ assembly, log });
  const calls = Array.from({ length: REQUESTS / 2 }, () => fetch(service.addresses.api).catch(() => {}));
  for (let image = 0; image < REQUESTS / 2; image += 1) {
    await service.queueRequest({ image_id: `image-${image}`, preferences: {} });
  }
  await begun.promise;
  await service.stop(0);
  await Promise.all(calls);
}
console.log('stopped');
