import { PAYLOAD_LIMIT_BYTES } from '../src/devices/families/pengyou/schemas.ts';
import type { ProtocolMessage } from './protocol-model.ts';

/** The messages as an AsyncAPI 3.0 document. The application it describes is the cloud: it receives `up`, sends `down`. */
export function asyncApi(messages: readonly ProtocolMessage[]): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pengyou: JSON messages of readers, sensors and gates',
      version: '1.0.0',
      description: `MQTT 3.1.1 over TLS with a client certificate. A payload is one JSON object of at most ${PAYLOAD_LIMIT_BYTES} bytes.`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(messages.map((message) => [nameOf(message), channel(message)])),
    operations: Object.fromEntries(
      messages.map((message) => [`${actionOf(message)}-${nameOf(message)}`, operation(message)]),
    ),
    components: {
      messages: Object.fromEntries(messages.map((message) => [nameOf(message), component(message)])),
      parameters: {
        device: {
          description: 'Thing name of the device: the common name of its certificate and its MQTT client id.',
        },
      },
    },
  };
}

function channel(message: ProtocolMessage): object {
  return {
    address: `pengyou/{device}/${message.direction}/${message.kind}`,
    parameters: { device: { $ref: '#/components/parameters/device' } },
    messages: { [message.kind]: { $ref: `#/components/messages/${nameOf(message)}` } },
  };
}

function operation(message: ProtocolMessage): object {
  return {
    action: actionOf(message),
    channel: { $ref: `#/channels/${nameOf(message)}` },
    messages: [{ $ref: `#/channels/${nameOf(message)}/messages/${message.kind}` }],
    bindings: { mqtt: { qos: 1, bindingVersion: '0.2.0' } },
  };
}

function component(message: ProtocolMessage): object {
  return {
    name: nameOf(message),
    summary: message.schema.description,
    contentType: 'application/json',
    payload: message.schema,
    examples: [{ name: message.kind, payload: message.example }],
  };
}

function actionOf(message: ProtocolMessage): 'receive' | 'send' {
  return message.direction === 'up' ? 'receive' : 'send';
}

function nameOf(message: ProtocolMessage): string {
  return `${message.direction}-${message.kind}`;
}
