import { App, DefaultStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { GarageStack } from './garage-stack.ts';

export interface PengyouAppOptions {
  /** Where the bundled functions are. */
  readonly bundles: string;
  /** Where the assembly goes; the CDK command line says it by itself. */
  readonly outdir?: string;
  /** Decides the partition. Without it the template fits the region it is deployed to. */
  readonly region?: string;
}

/** The one CDK app. Nothing in it asks the network or an account. */
export function createApp(options: PengyouAppOptions): App {
  const app = new App({
    analyticsReporting: false,
    // Says in the template which directory a function's code is in: the local cloud reads it.
    context: { 'aws:cdk:enable-asset-metadata': true },
    ...(options.outdir !== undefined && { outdir: options.outdir }),
  });
  new GarageStack(app, 'Pengyou', {
    description: 'Pengyou: doors, bays, charging ports and corridors of a neighbourhood’s e-bike sheds',
    bundles: options.bundles,
    // CDK's own types do not keep to exactOptionalPropertyTypes.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    ...(options.region !== undefined && { env: { region: options.region } }),
  });
  return app;
}
