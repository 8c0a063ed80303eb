// Preloaded by every npm script that runs our TypeScript, so that an older Node is refused before anything else loads.
// On Linux (x64, arm64) `npm ci` brings Node 24 with it and npm puts it first on the PATH of its scripts.
const required = 24;
const running = Number(process.versions.node.split('.')[0]);
if (running < required) {
  process.stderr.write(
    `This project needs Node.js ${required} or newer, but it was started with ${process.version}: install Node ${required} and run the command again.\n`,
  );
  process.exit(1);
}
