import { bundleFunctions, projectBundle } from './bundle.ts';
import { createApp } from './pengyou-app.ts';

// The entry of `npx cdk deploy`.
await bundleFunctions();
createApp({ bundles: projectBundle.output }).synth();
