// What the Lambda service runs around a function: the real Runtime API, in a process of its own. It is plain
// JavaScript without imports from the project, because it runs in the function's environment, not in ours.
import { Agent, request } from 'node:http';
import { pathToFileURL } from 'node:url';

const [host, ...prefix] = process.env.AWS_LAMBDA_RUNTIME_API.split('/');
const [hostname, port] = host.split(':');
const base = `/${[...prefix, '2018-06-01', 'runtime'].join('/')}`;
const agent = new Agent({ keepAlive: true });

// The parent holds the other end of standard input: when it is gone, so are we. Its Ctrl-C is not ours to follow.
process.stdin.on('end', () => process.exit(0)).resume();
process.on('SIGINT', () => {});

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const out = request({ hostname, port, path: `${base}${path}`, method, agent, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() }));
      answer.on('error', reject);
    });
    out.setNoDelay(true);
    out.on('error', reject);
    out.end(body);
  });
}

function describe(error) {
  const known = error instanceof Error;
  return JSON.stringify({
    errorType: known ? error.name : typeof error,
    errorMessage: known ? error.message : String(error),
    trace: known ? (error.stack ?? '').split('\n') : [],
  });
}

async function loadHandler() {
  const [file, name] = process.env._HANDLER.split('.');
  const module = await import(pathToFileURL(`${process.env.LAMBDA_TASK_ROOT}/${file}.mjs`).href);
  if (typeof module[name] !== 'function')
    throw new TypeError(`${process.env._HANDLER} is undefined or not exported`);
  return module[name];
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  console.error(error);
  await call('POST', '/init/error', describe(error));
  process.exit(1);
}

for (;;) {
  const next = await call('GET', '/invocation/next');
  const id = next.headers['lambda-runtime-aws-request-id'];
  const deadlineMs = Number(next.headers['lambda-runtime-deadline-ms']);
  const clock = next.headers['local-world-clock'];
  if (clock !== undefined) process.env.PENGYOU_CLOCK = clock;
  const context = {
    callbackWaitsForEmptyEventLoop: false,
    awsRequestId: id,
    invokedFunctionArn: next.headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(next.body), context);
    await call('POST', `/invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    console.error(error);
    await call('POST', `/invocation/${id}/error`, describe(error));
  }
}
