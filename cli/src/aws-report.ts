import { EXIT, type ExitCode } from './exit-code.ts';

/** Why a call of AWS failed, for people. */
interface AwsReport {
  readonly exit: ExitCode;
  readonly code: string;
  readonly detail: string;
}

/** What the SDK throws when it finds no credentials on this machine. */
const UNSIGNED = ['CredentialsProviderError', 'TokenProviderError'];
/** AWS's codes for a caller that it does not know, or that lacks the permission. */
const DENIED = /AccessDenied|AuthFailure|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch/;

/** The report of an SDK error, or of its cause; undefined for any other error. Goes by the error's members, so that no SDK is loaded. */
export function awsReport(error: unknown): AwsReport | undefined {
  if (!(error instanceof Error)) return undefined;
  return callerReport(error) ?? networkReport(error) ?? answerReport(error) ?? awsReport(error.cause);
}

function callerReport({ name, message }: Error): AwsReport | undefined {
  // The SDK throws it as a plain Error.
  if (message === 'Region is missing') {
    const detail = 'no region is set: export AWS_REGION, or set region of the stage in cdk.json';
    return { exit: EXIT.usage, code: 'no_region', detail };
  }
  if (!UNSIGNED.includes(name)) return undefined;
  const detail = `no AWS credentials: ${message.split('\n')[0]}; sign in (aws sso login), or export AWS_PROFILE`;
  return { exit: EXIT.notAllowed, code: 'no_credentials', detail };
}

interface NetworkError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  /** The name that could not be looked up. */
  readonly hostname?: string;
}

function networkReport(error: NetworkError): AwsReport | undefined {
  const { code, address, port, hostname } = error;
  const notReached = { exit: EXIT.notReached, code: 'not_reached' };
  if (code === 'ECONNREFUSED') {
    return { ...notReached, detail: `nothing listens on ${address}:${port}: is npm start running?` };
  }
  if (hostname === undefined) return undefined;
  return { ...notReached, detail: `${hostname} cannot be found (${code}): check the network and the region` };
}

function answerReport(error: NetworkError): AwsReport | undefined {
  const { name, message, code } = error;
  if ('$fault' in error) {
    return { exit: DENIED.test(name) ? EXIT.notAllowed : EXIT.failed, code: name, detail: `${name}: ${message}` };
  }
  // Anything else that kept an SDK call from its response: a timeout, a certificate, a broken connection.
  if (!('$metadata' in error)) return undefined;
  return { exit: EXIT.notReached, code: 'not_reached', detail: `AWS could not be reached: ${message || code}` };
}
