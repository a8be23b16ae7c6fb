import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

/** Ports: a person or a board waits. */
export class Charging extends Construct {
  readonly fn: PengyouFunction;

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.fn = new PengyouFunction(this, parts, {
      name: 'on-charging',
      description:
        'A person or a board waits at a port: login, card, start and stop answers, settlement, local start',
      timeoutS: 10,
      memoryMiB: 1024,
      asyncRetries: 2,
    });
    parts.storage.allowCommit(this.fn);
    parts.secret.allowRead(this.fn);
    this.fn.mayPublish(...commandTopics('charging-board'));
    parts.ingest.toFunction(this.fn, 'charging');
  }
}
