import { bundleFunctions, projectBundle } from './bundle.ts';
import { createApp } from './pengyou-app.ts';

// The entry of the CDK command line. The command line says which region it will deploy to, unless nobody told it.
const region = process.env['CDK_DEFAULT_REGION'];
await bundleFunctions();
createApp({ bundles: projectBundle.output, ...(region ? { region } : {}) }).synth();
