import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** One of the programs in operate/, run as npm runs it, to its end; nothing of this machine's AWS settings is used. */
export async function runOperate(file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const env = { ...Object.fromEntries(own), HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const child = spawn(process.execPath, [join('operate', file), ...args], { cwd: ROOT, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}
