import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { DynamoDb } from '../lambda/dynamodb.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Queues } from '../lambda/queues.ts';
import { addressOf, LOOPBACK, listen, readBody } from '../machine/listener.ts';
import { arnOf } from '../template/arn.ts';
import { type Access, type Iam, LOCAL_ADMIN } from '../template/iam.ts';
import type { Template } from '../template/template.ts';
import { dynamoAccesses, WRITES } from './dynamodb-access.ts';
import type { Secrets } from './secrets.ts';
import { type SqsInput, sqsOperation } from './sqs-api.ts';

/** What stands behind the gateway. It is given after the gateway listens, because functions need its address. */
export interface GatewayServices {
  readonly template: Template;
  readonly iam: Iam;
  readonly dynamo: DynamoDb;
  readonly queues: Queues;
  readonly secrets: Secrets;
  readonly lambda: Lambda;
  /** Real stream ARNs by table name. */
  readonly streams: ReadonlyMap<string, string>;
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain: boolean): Promise<void>;
  /** A table was written: its stream has news. */
  tableWritten(): void;
  observe(call: DynamoCall): void;
}

/** A request to DynamoDB with its answer, for whoever counts what a path costs. */
export interface DynamoCall {
  /** Logical id of the function, or the administrator. */
  readonly caller: string;
  readonly operation: string;
  readonly request: Buffer;
  readonly status: number;
  readonly answer: string | Buffer;
}

/** An answer in the form of the service that was called. */
interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Record<string, string>;
}

interface Call {
  readonly caller: string;
  /** The last part of X-Amz-Target. */
  readonly operation: string;
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
}

const SCOPE = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;

/** One HTTP endpoint for every AWS API: the request's signature says who calls which service. */
export class Gateway {
  /** Calls by caller and action, for whoever wants to know what a path costs. */
  readonly requests: Record<string, number> = {};
  readonly denied: Record<string, number> = {};
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #services: GatewayServices | undefined;
  /** Known once it listens. */
  url = '';

  async listen(): Promise<void> {
    this.#server.keepAliveTimeout = 0;
    this.url = `http://${LOOPBACK}:${await listen(this.#server)}`;
  }

  connect(services: GatewayServices): void {
    this.#services = services;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      answer =
        error instanceof SyntaxError
          ? failure(400, 'SerializationException', error.message)
          : failure(500, 'InternalServerError', error instanceof Error ? error.message : String(error));
    }
    const length = { 'content-length': Buffer.byteLength(answer.body) };
    response.writeHead(answer.status, {
      'content-type': 'application/x-amz-json-1.0',
      ...answer.headers,
      ...length,
    });
    response.end(answer.body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const [, caller = '', service = ''] = SCOPE.exec(request.headers.authorization ?? '') ?? [];
    const services = this.#services;
    const url = addressOf(request, this.url);
    if (url === undefined) return failure(400, 'InvalidRequestException', 'The address is not well encoded');
    if (caller === '') return failure(403, 'MissingAuthenticationToken', 'The request is not signed');
    if (services === undefined) return failure(503, 'ServiceUnavailable', 'The local cloud is starting');
    const operation =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const call: Call = { caller, operation, request, url, body: await readBody(request) };
    switch (service) {
      case 'dynamodb':
        return this.#dynamodb(services, call);
      case 'iotdata':
      case 'iotdevicegateway':
        return this.#iotData(services, call);
      case 'sqs':
        return this.#sqs(services, call);
      case 'secretsmanager':
        return this.#secretsManager(services, call);
      case 'lambda':
        return this.#lambda(services, call);
      default:
        return failure(400, 'UnknownService', `The local cloud has no service ${service}`);
    }
  }

  /** The first access that the caller's role does not allow, counted either way. */
  async #firstDenied(iam: Iam, caller: string, accesses: readonly Access[]): Promise<string | undefined> {
    for (const access of accesses) {
      const counted = `${caller} ${access.action}`;
      this.requests[counted] = (this.requests[counted] ?? 0) + 1;
      if (await iam.functionMay(caller, access)) continue;
      this.denied[counted] = (this.denied[counted] ?? 0) + 1;
      const who = `User: ${iam.principal(caller)} is not authorized to perform: ${access.action}`;
      return `${who} on resource: ${access.resource} because no identity-based policy allows the ${access.action} action`;
    }
    return undefined;
  }

  async #dynamodb(services: GatewayServices, call: Call): Promise<Answer> {
    const { iam, dynamo, template, tableWritten, observe } = services;
    const { caller, operation, body, request } = call;
    if (caller !== LOCAL_ADMIN) {
      const accesses = dynamoAccesses(operation, JSON.parse(body.toString()), keyNames(template));
      if (accesses === undefined)
        return failure(400, 'UnknownOperationException', `Not supported: ${operation}`);
      const denied = await this.#firstDenied(iam, caller, accesses);
      if (denied !== undefined)
        return failure(400, 'com.amazon.coral.service#AccessDeniedException', denied, 'Message');
    }
    const answer = await dynamo.send(
      String(request.headers['x-amz-target']),
      withRealStream(body, services.streams),
    );
    // Before the caller has its answer, so that nobody can find everything idle with the record unread.
    if (WRITES.has(operation)) tableWritten();
    observe({ caller, operation, request: body, status: answer.status, answer: answer.body });
    const headers: Record<string, string> = {};
    for (const name of ['content-type', 'x-amz-crc32', 'x-amzn-requestid']) {
      const value = answer.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    return { status: answer.status, body: answer.body, headers };
  }

  async #iotData({ iam, publish }: GatewayServices, { caller, request, url, body }: Call): Promise<Answer> {
    const [, encodedTopic] = /^\/topics\/(.+)$/.exec(url.pathname) ?? [];
    if (request.method !== 'POST' || encodedTopic === undefined) {
      return failure(404, 'ResourceNotFoundException', `Not supported: ${request.method} ${url.pathname}`);
    }
    const topic = decodeURIComponent(encodedTopic);
    const retain = url.searchParams.get('retain') === 'true';
    const actions = retain ? ['iot:Publish', 'iot:RetainPublish'] : ['iot:Publish'];
    const resource = arnOf('iot', `topic/${topic}`);
    const denied = await this.#firstDenied(
      iam,
      caller,
      actions.map((action) => ({ action, resource })),
    );
    if (denied !== undefined) {
      return {
        ...failure(403, 'ForbiddenException', denied),
        headers: { 'x-amzn-errortype': 'ForbiddenException' },
      };
    }
    await publish(topic, body, url.searchParams.get('qos') === '1' ? 1 : 0, retain);
    return { status: 200, body: '{"message":"OK"}', headers: { 'content-type': 'application/json' } };
  }

  async #sqs({ iam, queues }: GatewayServices, { caller, operation, body }: Call): Promise<Answer> {
    const input = JSON.parse(body.toString()) as SqsInput;
    const queue = queues.byUrl(input.QueueUrl ?? input.QueueName ?? '');
    if (queue === undefined)
      return failure(400, 'com.amazonaws.sqs#QueueDoesNotExist', `No queue ${input.QueueUrl}`);
    // A batch needs the permission of its single form.
    const action = `sqs:${operation.replace(/Batch$/, '')}`;
    const denied = await this.#firstDenied(iam, caller, [{ action, resource: queue.arn }]);
    if (denied !== undefined) return failure(403, 'com.amazon.coral.service#AccessDeniedException', denied);
    const output = sqsOperation(operation, input, queue, this.url);
    if (output === undefined) return failure(400, 'com.amazonaws.sqs#UnsupportedOperation', operation);
    return { status: 200, body: JSON.stringify(output) };
  }

  /** A function called by an operator's tool, which waits for the answer. */
  async #lambda({ iam, lambda, template }: GatewayServices, call: Call): Promise<Answer> {
    const { pathname } = new URL(call.request.url ?? '/', this.url);
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
    const wanted = decodeURIComponent(name);
    const found = template
      .ofType('AWS::Lambda::Function')
      .find(({ logicalId }) => [template.names.arn(logicalId), logicalId].includes(wanted));
    if (found === undefined) return failure(404, 'ResourceNotFoundException', `No function ${wanted}`);
    const resource = template.names.arn(found.logicalId);
    const denied = await this.#firstDenied(iam, call.caller, [{ action: 'lambda:InvokeFunction', resource }]);
    if (denied !== undefined) return failure(403, 'AccessDeniedException', denied);
    const result = await lambda.invoke(found.logicalId, call.body.toString() || '{}');
    if (result.ok) return { status: 200, body: result.payload };
    const kind = result.kind === 'handled' ? 'Handled' : 'Unhandled';
    return { status: 200, body: result.error, headers: { 'x-amz-function-error': kind } };
  }

  async #secretsManager(
    { iam, secrets }: GatewayServices,
    { caller, operation, body }: Call,
  ): Promise<Answer> {
    const { SecretId } = JSON.parse(body.toString()) as { SecretId: string };
    const secret = secrets.find(SecretId);
    if (secret === undefined) return failure(400, 'ResourceNotFoundException', `No secret ${SecretId}`);
    const access = { action: `secretsmanager:${operation}`, resource: secret.arn };
    const denied = await this.#firstDenied(iam, caller, [access]);
    if (denied !== undefined) return failure(400, 'AccessDeniedException', denied, 'Message');
    if (operation !== 'GetSecretValue')
      return failure(400, 'InvalidRequestException', `Not supported: ${operation}`);
    const { arn: ARN, name: Name, value: SecretString } = secret;
    return { status: 200, body: JSON.stringify({ ARN, Name, SecretString, VersionStages: ['AWSCURRENT'] }) };
  }
}

/** Streams are named as in the template everywhere but in DynamoDB Local. */
function withRealStream(body: Buffer, streams: GatewayServices['streams']): Buffer {
  const named = /"StreamArn":"[^"]*:table\/([^/"]+)\/stream\/local"/.exec(body.toString());
  const real = streams.get(named?.[1] ?? '');
  if (named === null || real === undefined) return body;
  return Buffer.from(body.toString().replace(named[0], `"StreamArn":${JSON.stringify(real)}`));
}

function failure(
  status: number,
  type: string,
  message: string,
  member: 'message' | 'Message' = 'message',
): Answer {
  return { status, body: JSON.stringify({ __type: type, [member]: message }) };
}

/** The partition key's name of a table or one of its indexes. */
function keyNames(template: Template): (table: string, index?: string) => string | undefined {
  return (table, index) => {
    const found = template.ofType('AWS::DynamoDB::Table').find(({ logicalId }) => {
      return template.names.name(logicalId) === table || template.names.arn(logicalId) === table;
    });
    const indexes: { IndexName: string; KeySchema: KeySchema }[] =
      found?.properties.GlobalSecondaryIndexes ?? [];
    const schema: KeySchema | undefined =
      index === undefined
        ? found?.properties.KeySchema
        : indexes.find(({ IndexName }) => IndexName === index)?.KeySchema;
    return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  };
}

type KeySchema = readonly { readonly KeyType: string; readonly AttributeName: string }[];
