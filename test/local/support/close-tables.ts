// Closes the table server again and again while writes are under way whose callers have gone. A write that reaches a closed
// database throws where nobody can catch it, and ends this process with status 1.
import { Agent, request } from 'node:http';
import { startTables } from '../../../local/tables.ts';

const ROUNDS = 20;
const CALLERS = 50;
const TableName = 'ledger';
const definition = {
  TableName,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

/** @returns when it was answered, or never will be */
function update(url: string, id: number, agent: Agent): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.UpdateItem',
    'x-amz-date': '20261101T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none',
  };
  const call = request(url, { method: 'POST', headers, agent }, (answer) => answer.resume().on('end', resolve));
  call.on('error', () => resolve());
  const Key = { id: { S: String(id) } };
  const update = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } };
  call.end(JSON.stringify({ TableName, Key, ...update }));
  return promise;
}

for (let round = 0; round < ROUNDS; round += 1) {
  const tables = await startTables();
  await tables.create([{ definition }]);
  const agent = new Agent({ keepAlive: true });
  const updates = Array.from({ length: CALLERS }, (_, id) => update(tables.url, id, agent));
  await Promise.race(updates);
  agent.destroy();
  await tables.close();
  await Promise.all(updates);
}
console.log('closed');
