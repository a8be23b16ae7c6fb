import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

/** Smoke and corridors: a danger waits. */
export class Alarms extends Construct {
  readonly fn: PengyouFunction;

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.fn = new PengyouFunction(this, parts, {
      name: 'on-alarm',
      description:
        'A danger waits: smoke cuts the ports and opens the doors, a bike in a corridor becomes a case',
      timeoutS: 10,
      memoryMiB: 1024,
      reservedConcurrency: 20,
      asyncRetries: 2,
    });
    parts.storage.allowCommit(this.fn);
    parts.secret.allowRead(this.fn);
    this.fn.mayPublish(...commandTopics());
    parts.ingest.toFunction(this.fn, 'alarm');
  }
}
