import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

/** Doors: a person waits. */
export class Access extends Construct {
  readonly fn: PengyouFunction;

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.fn = new PengyouFunction(this, parts, {
      name: 'on-access',
      description: 'A person waits at a door: swipes, doors passed and live events of door boards',
      timeoutS: 10,
      memoryMiB: 1024,
      reservedConcurrency: 50,
      asyncRetries: 2,
    });
    parts.storage.allowCommit(this.fn);
    parts.secret.allowRead(this.fn);
    // A board's fire input comes this way too: it opens every door and cuts the ports.
    this.fn.mayPublish(...commandTopics());
    parts.ingest.toFunction(this.fn, 'access');
  }
}
