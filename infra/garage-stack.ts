import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Access } from './access.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { Books } from './books.ts';
import { Charging } from './charging.ts';
import { DeadLetterSealing } from './dead-letter-sealing.ts';
import { DeadLetters } from './dead-letters.ts';
import { BoardLogin, DeviceAccess } from './devices.ts';
import { SignIn } from './identity.ts';
import { Ingest } from './ingest.ts';
import { Money } from './money.ts';
import { Observability } from './observability.ts';
import { Pages } from './pages.ts';
import { Payments } from './payments.ts';
import { Reactions } from './reactions.ts';
import { Receipts } from './receipts.ts';
import { Refusals } from './refusals.ts';
import { DeviceSecret } from './secrets.ts';
import { Storage } from './storage.ts';
import { Sweep } from './sweep.ts';
import { Tariffs } from './tariffs.ts';
import { bulkTimeoutS, Telemetry } from './telemetry.ts';

export interface GarageStackProps extends StackProps {
  /** Where the bundled functions are. */
  readonly bundles: string;
}

/** The whole cloud of Pengyou: a table of contents, one line a capability. */
export class GarageStack extends Stack {
  constructor(scope: Construct, id: string, props: GarageStackProps) {
    super(scope, id, props);
    const signIn = new SignIn(this);
    const deadLetters = new DeadLetters(this, 'DeadLetters');
    const storage = new Storage(this, 'Storage');
    const secret = new DeviceSecret(this, 'DeviceSecret');
    const ingest = new Ingest(this, 'Ingest', deadLetters, bulkTimeoutS);
    const parts = { bundles: props.bundles, deadLetters, storage, secret, ingest, signIn };

    new DeadLetterSealing(this, 'DeadLetterSealing', parts);
    const access = new Access(this, 'Access', parts);
    const charging = new Charging(this, 'Charging', parts);
    const alarms = new Alarms(this, 'Alarms', parts);
    new Telemetry(this, 'Telemetry', parts);
    const boardLogin = new BoardLogin(this, 'BoardLogin', parts);
    new DeviceAccess(this, 'DeviceAccess');
    new Refusals(this, 'Refusals', parts);
    const reactions = new Reactions(this, 'Reactions', parts);
    const sweep = new Sweep(this, 'Sweep', parts);
    const api = new Api(this, 'Api', parts);
    new Tariffs(this, 'Tariffs', parts, api);
    new Money(this, 'Money', parts, api);
    const payments = new Payments(this, 'Payments', parts, api, sweep.fn);
    new Books(this, 'Books', parts, api, payments);
    new Receipts(this, 'Receipts', parts, api);
    new Pages(this, 'Pages', parts);

    new Observability(this, 'Observability', {
      deadLetters,
      bulk: ingest.bulk,
      sweep: sweep.fn,
      reactions: reactions.functions,
      tellers: [reactions.tellsCommittee, sweep.fn],
      http: api.http,
      waitedFor: [access.fn, charging.fn, alarms.fn, boardLogin.fn, payments.fn],
    });
  }
}
