import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseWebhookTokens } from '../../functions/adapters/secrets/webhook-token.ts';
import { METRICS } from '../../functions/core/metric-names.ts';
import { alarmsOf, metricsOfAlarm } from '../infra/support/metrics.ts';
import { invokers } from '../infra/support/permissions.ts';
import { stages as released } from '../infra/support/stages.ts';
import { resourcesOf, type StackTemplate, templatesOfEveryStage } from '../infra/support/templates.ts';
import { anchorOf, ROOT } from './support/documents.ts';
import { runbook, setup, shellBlocks, shellBlockWith } from './support/runbook.ts';

const commands = shellBlocks.join('\n').replaceAll(/^ *#.*$/gm, '');
const stages = (await templatesOfEveryStage()).filter(([, { monitoring }]) => monitoring !== undefined);

const matches = (pattern: RegExp, text = commands) => [...text.matchAll(pattern)].map(([, ...groups]) => groups);

describe('the commands of the runbook', () => {
  it.each(shellBlocks)('are understood by a shell: %s', (text) => {
    const { stderr, status } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('say a stage by $stage, or name one in an example of a command of this project', () => {
    const fixed = commands.split('\n').filter((line) => /reprocess[-/](dev|staging|production)/.test(line));
    expect(fixed).toEqual([]);
  });
});

describe.each(stages)('in %s', (stage, templates) => {
  const { storage, service, monitoring } = templates;
  const named = (template: StackTemplate, type: string, property: string) =>
    Object.values(resourcesOf(template, type)).map(({ Properties }) => Properties[property]);

  it('each resource that a command looks up is just one', () => {
    const ofLogs = matches(/\blogs ([A-Z]\w+)/g).map(([id]) => ['service', `${id}Logs`, 'AWS::Logs::LogGroup']);
    const asked = [...matches(/\bresource (\w+) (\w+) (AWS::[\w:]+)/g), ...ofLogs];
    const found = asked.map(([stack, beginning = '', type]) => {
      const { Resources } = { storage, service, monitoring: monitoring as StackTemplate }[stack as 'storage'];
      const fitting = Object.entries(Resources).filter(([id, each]) => each.Type === type && id.startsWith(beginning));
      return [beginning, fitting.length];
    });
    expect(found.filter(([, count]) => count !== 1)).toEqual([]);
    expect(found.length).toBeGreaterThan(20);
  });

  it('each queue, secret, alarm and index that a command names is there', () => {
    const names = new Set(matches(/\b(?:queue|depth|take) ([a-z][a-z.-]+)/g).flat());
    const queues = named(storage, 'AWS::SQS::Queue', 'QueueName');
    expect(new Set([...names].map((name) => `reprocess-${stage}-${name}`))).toEqual(new Set(queues));
    const [[imported = ''] = []] = matches(/for name in ([^;]+); do queue/g);
    const listed = imported.split(/[\s\\]+/).map((name) => `reprocess-${stage}-${name}`);
    expect(listed.toSorted()).toEqual(queues.toSorted());

    const secrets = named(storage, 'AWS::SecretsManager::Secret', 'Name');
    const usedSecrets = matches(/reprocess\/\$stage\/([\w-]+)/g).map(([name]) => `reprocess/${stage}/${name}`);
    expect(usedSecrets.filter((name) => !secrets.includes(name))).toEqual([]);

    const alarms = Object.keys(alarmsOf(templates));
    const usedAlarms = matches(/--alarm-name "reprocess-\$stage-([\w-]+)"/g).map(
      ([name]) => `reprocess-${stage}-${name}`,
    );
    expect(usedAlarms.filter((name) => !alarms.includes(name))).toEqual([]);
    expect([usedSecrets.length > 0, usedAlarms.length > 0]).toEqual([true, true]);

    const [table] = Object.values(resourcesOf(storage, 'AWS::DynamoDB::Table'));
    const { GlobalSecondaryIndexes, TimeToLiveSpecification } = table?.Properties ?? {};
    const indexes = GlobalSecondaryIndexes.map(({ IndexName }: { IndexName: string }) => IndexName);
    const usedIndexes = matches(/--index-name ([\w-]+)/g).flat();
    expect([usedIndexes.length > 0, usedIndexes.filter((name) => !indexes.includes(name))]).toEqual([true, []]);
    expect(matches(/AttributeName=(\w+)/g).flat()).toEqual([TimeToLiveSpecification.AttributeName]);
  });
});

/** As the runbook calls the function of an entry. */
const functionNamed = (entry: string) =>
  ({ 'reprocess-worker': 'Worker', 'reprocess-api': 'ApiHandler', 'autoenhance-webhook': 'Webhook' })[entry] ??
  entry.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe.each(stages)('what an alarm of %s may be about', (_stage, templates) => {
  const sections = Object.fromEntries(
    runbook.text.split(/^### /m).map((text) => [anchorOf(text.split('\n')[0] ?? ''), text]),
  );
  /** The functions whose logs a section asks. */
  const lookedAt = (text = '') =>
    [...matches(/for each in ([\w\s\\]+);/g, text), ...matches(/\blogs ([A-Z]\w+) "/g, text)].flatMap(([names = '']) =>
      names.split(/[\s\\]+/),
    );

  it('is looked at under its heading, where its metric is of several functions', () => {
    const alarms = Object.values(alarmsOf(templates));
    const missing = Object.entries(sections).flatMap(([anchor, text]) => {
      const metrics = alarms
        .filter(({ AlarmDescription }) => AlarmDescription.endsWith(`docs/runbook.md#${anchor}`))
        .flatMap((alarm) => metricsOfAlarm(alarm, templates));
      const entries = new Set(metrics.flatMap(({ dimensions }) => dimensions.function ?? []));
      // Of one function or none, a heading may look elsewhere; that nothing ends is in no log.
      if (entries.size < 2 || anchor === 'nothing-ends') return [];
      const looked = lookedAt(text);
      return [...entries].filter((entry) => !looked.includes(functionNamed(entry))).map((entry) => [anchor, entry]);
    });
    expect(missing).toEqual([]);
  });

  it('is looked at in each function that the HTTP API invokes, where its responses fail', () => {
    const invoked = Object.entries(invokers(templates))
      .filter(([, by]) => by.some((line) => line.includes('apigateway')))
      .map(([target]) => target.split('/')[0]);
    expect(new Set(invoked)).toEqual(new Set(lookedAt(sections['api-5xx']).filter((name) => name !== 'ApiAccess')));
  });

  it('is told by where the number of its concurrency stands, of each function that reserves one', () => {
    const { apiConcurrency, webhookConcurrency, uploadConcurrency } = released.production;
    const settings = [apiConcurrency, webhookConcurrency, uploadConcurrency];
    const reserved = Object.entries(resourcesOf(templates.service, 'AWS::Lambda::Function')).flatMap(([path, each]) => {
      const count = each.Properties.ReservedConcurrentExecutions;
      return count === undefined || settings.includes(count) ? [] : [`\`${path.split('/')[0]}\` ${count}`];
    });
    expect(reserved.filter((said) => !sections['function-throttles']?.includes(said))).toEqual([]);
  });
});

const sources = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'functions', name), 'utf8'));

describe('the queries of the runbook', () => {
  const queries = [...commands.matchAll(/\blogs ([A-Z]\w+) "([^"]+)"/g)].map(([, target = '', query = '']) => {
    return { target, query };
  });

  it('look for lines that the functions write', () => {
    const literals = queries.flatMap(({ query }) => [
      ...matches(/message = '([^']+)'/g, query).flat(),
      ...matches(/message in \[([^\]]+)\]/g, query).flatMap(([list]) => matches(/'([^']+)'/g, list).flat()),
    ]);
    const written = (text = '') =>
      sources.some((source) => source.includes(`'${text}'`) || source.includes(`"${text}"`));
    expect(literals.filter((text) => !written(text))).toEqual([]);
    const parts = queries.flatMap(({ query }) => matches(/message like '([^']+)'/g, query).flat());
    expect(parts.filter((part = '') => !sources.some((source) => source.includes(part)))).toEqual([]);
    expect(literals.length + parts.length).toBeGreaterThan(10);
  });

  // What Lambda writes itself, and what every query knows.
  const lambda = [
    'errorType',
    'errorMessage',
    'type',
    'record',
    'status',
    'metrics',
    'durationMs',
    'maxMemoryUsedMB',
    'requestId',
  ];
  const syntax =
    /^(fields|filter|sort|limit|stats|by|as|and|or|in|like|desc|asc|count|latest|max|pct|bin|ispresent|parse|m)$/;

  it('ask for fields that the lines have', () => {
    const [access] = Object.values(resourcesOf(stages[0]?.[1].service as StackTemplate, 'AWS::ApiGatewayV2::Stage'));
    const inAccessLog = Object.keys(JSON.parse(access?.Properties.AccessLogSettings.Format));
    // A fact of a line is a member of an object, written out or in short.
    const facts = new Set(sources.flatMap((source) => matches(/\b([a-z][a-z_]*)\b(?=\??\s*[:,}])/g, source).flat()));
    const wrong = queries.flatMap(({ target, query }) => {
      const known = target === 'ApiAccess' ? inAccessLog : [...facts, ...lambda];
      const bare = query
        .replaceAll(/'[^']*'/g, '')
        .replaceAll(/@\w+/g, '')
        .replaceAll(/\bas \w+/g, '')
        .replaceAll(/\/.+\//g, '');
      const aliases = matches(/\bas (\w+)|\(\?<(\w+)>/g, query).flat();
      const words = bare.match(/[A-Za-z_]\w*/g) ?? [];
      return words.filter((word) => !syntax.test(word) && !known.includes(word) && !aliases.includes(word));
    });
    expect(wrong).toEqual([]);
  });

  it('and its text name metrics that there are', () => {
    const names = matches(/`((?:Calls|Outcome|Requests)[A-Z0-9]\w+)`/g, runbook.text).flat();
    expect(names.filter((name = '') => !Object.hasOwn(METRICS, name))).toEqual([]);
  });
});

describe('done by a shell', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'runbook-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // In place of the AWS CLI: hands out the lines of a file one by one, and notes every other call. It looks up no resource by
  // describe-stack-resources, which ends at a stack's first 100: the service stack has more.
  const aws = `aws() {
    case "$2" in
      get-queue-url) printf '%s\\n' "https://sqs/\${4}" ;;
      list-stack-resources) printf '%s\\n' the-function ;;
      receive-message) if [ -s messages ]; then head -n 1 messages; tail -n +2 messages > rest; mv rest messages; else printf 'None\\n'; fi ;;
      send-message) cat message.json >> sent; printf '\\n' >> sent; printf '%s\\n' "$*" >> calls ;;
      invoke) cat event.json >> invoked; printf '%s\\n' "$*" >> calls ;;
      *) printf '%s\\n' "$*" >> calls ;;
    esac
  }`;
  const run = (text: string) =>
    // Where no shell stands above it, bash takes a socket on its stdin for a login from afar, and would read its rc files.
    spawnSync('bash', ['--norc', '-uc', `${setup}\n${aws}\n${text}`], { cwd: folder, encoding: 'utf8' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const messages = ['{"a":"one \\"quoted\\" %s"}', '{"b":2}'];
  const given = () => {
    for (const name of ['calls', 'invoked', 'sent', 'requests.ndjson', 'results.ndjson'])
      writeFileSync(join(folder, name), '');
    writeFileSync(join(folder, 'messages'), messages.map((body, index) => `handle-${index}\t${body}\n`).join(''));
  };

  it('outcomes are saved as they came, one a line, and each is deleted when it was saved', () => {
    given();
    const { stderr } = run(shellBlockWith('results.ndjson'));
    expect([stderr, read('results.ndjson')]).toEqual(['', messages.map((body) => `${body}\n`).join('')]);
    expect(read('calls').trim().split('\n')).toEqual(
      [0, 1].map(
        (n) =>
          `sqs delete-message --queue-url https://sqs/reprocess-production-results.fifo --receipt-handle handle-${n}`,
      ),
    );
  });

  it('requests are taken out as what puts them in again, each image by its order', () => {
    given();
    const saved = messages.map((body) => `${body}\n`).join('');
    const taken = run(shellBlockWith('>> requests.ndjson'));
    expect([taken.stderr, read('requests.ndjson'), read('messages')]).toEqual(['', saved, '']);
    expect(read('calls').match(/delete-message .* handle-\d/g)).toHaveLength(2);
    const sent = run(shellBlockWith('< requests.ndjson'));
    expect([sent.stderr, read('sent')]).toEqual(['', saved]);
    expect(read('calls')).toContain('send-message --queue-url https://sqs/reprocess-production-requests.fifo');
  });

  it('failed uploads are handed to the function as they came, and each is deleted when it was taken', () => {
    given();
    const { stderr } = run(shellBlockWith('take failed-uploads'));
    expect([stderr, read('invoked')]).toEqual(['', messages.join('')]);
    const calls = read('calls').trim().split('\n');
    expect(calls.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'lambda invoke',
      'sqs delete-message',
      'lambda invoke',
      'sqs delete-message',
    ]);
    expect(calls[0]).toContain('--function-name the-function --qualifier live --invocation-type Event');
  });

  it('a restored ledger is changed only when it is there, however often the wait for it ends before', () => {
    given();
    // It ends after 500 s, and a restore may take hours.
    const waiting = `aws() {
      printf '%s\\n' "$2" >> calls
      [ "$2" != wait ] || [ "$(grep -c wait calls)" -ge 3 ]
    }`;
    run(`${waiting}\n${shellBlockWith('restore-table-to-point-in-time')}`);
    expect(read('calls').trim().split('\n').slice(1, 6)).toEqual([
      'restore-table-to-point-in-time',
      'wait',
      'wait',
      'wait',
      'update-time-to-live',
    ]);
  });

  it.each(['the-old-one', '{ "token": "the-old-one", "previousToken": "older" }'])(
    "the webhook's new token is let in beside the old one, which is kept as %s",
    (old) => {
      // Prints what is put in, on its error output.
      const secrets = `aws() { if [ "$2" = get-secret-value ]; then printf '%s\\n' '${old}'; else cat >&2; fi; }`;
      const text = shellBlockWith('previousToken');
      const { stdout, stderr } = spawnSync('bash', ['--norc', '-uc', `stage=dev\n${secrets}\n${text}`], {
        encoding: 'utf8',
      });
      expect(parseWebhookTokens(stderr)).toEqual([stdout.trim(), 'the-old-one']);
      expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    },
  );
});
