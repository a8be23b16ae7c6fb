import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePolicies, type PolicyDocument } from '../../local/mqtt/thing-policy.ts';
import { arnOf } from '../../local/template/arn.ts';
import { resources, type StubbedApp, statements, synthesise } from './stub-bundles.ts';

let stubbed: StubbedApp;
beforeAll(() => {
  stubbed = synthesise('us-east-1');
});
afterAll(() => stubbed.remove());

/** The policy of devices with a certificate, with the parts of its ARNs put together. */
function devicePolicy(): PolicyDocument {
  const [found] = resources(stubbed.template, 'AWS::IoT::Policy');
  const [prefix = ''] = arnOf('iot', '#').split('#');
  const text = JSON.stringify(found?.[1]['PolicyDocument'], (_, value) => {
    const parts: unknown[] | undefined = value?.['Fn::Join']?.[1];
    return parts === undefined ? value : prefix + String(parts.at(-1)).replace(/^[^a-z]*/, '');
  });
  return JSON.parse(text);
}

describe('a device with a certificate', () => {
  const may = (topic: string) =>
    compilePolicies([devicePolicy()], {
      'iot:ClientId': 'reader-1',
      'iot:Connection.Thing.ThingName': 'reader-1',
      'iot:Connection.Thing.IsAttached': 'true',
    })('iot:Publish', topic);

  test.each(['pengyou/reader-1/up/swipe', 'pengyou/reader-1/up/bay', 'uhppoted/reader-1/events/live'])(
    'may say %s',
    (topic) => expect(may(topic)).toBe(true),
  );

  test.each([
    ['of another', 'pengyou/reader-2/up/swipe'],
    ['that no rule takes', 'pengyou/reader-1/up/a/b'],
    ['that no rule takes', 'pengyou/reader-1/up/swipe/'],
    ['to itself', 'pengyou/reader-1/down/unlock'],
  ])('may say nothing %s: %s', (_, topic) => expect(may(topic)).toBe(false));

  test.each(['bay', 'gate', 'ack', 'health'])('may say %s without the broker’s fee', (kind) =>
    expect(may(`$aws/rules/pengyou_bulk/pengyou/reader-1/up/${kind}`)).toBe(true),
  );

  test.each(['swipe', 'door-passed', 'smoke', 'corridor', 'a/b'])(
    'may not say %s that way, which leads past the function that waits for it',
    (kind) => expect(may(`$aws/rules/pengyou_bulk/pengyou/reader-1/up/${kind}`)).toBe(false),
  );

  test('has a policy that is not too long for the service', () => {
    const longest = JSON.stringify(devicePolicy())
      .replaceAll(/arn:aws:iot:[^:]*:[^:]*:/g, 'arn:aws-cn:iot:cn-northwest-1:123456789012:')
      .replaceAll(/\s/g, '');
    expect(longest.length).toBeLessThan(2048);
  });
});

test('whoever only reads and sends may not write', () => {
  const role = Object.keys(stubbed.template.Resources).filter((id) => id.includes('reactcommands'));
  const writes = role
    .flatMap((id) => statements({ ...stubbed.template, Resources: pick(id) }))
    .flatMap(({ Action }) => Action)
    .filter((action) => /^dynamodb:(Put|Delete|Update|Condition)/.test(action));
  expect(role.length).toBeGreaterThan(0);
  expect(writes).toEqual([]);
});

const pick = (id: string) =>
  Object.fromEntries(Object.entries(stubbed.template.Resources).filter(([name]) => name === id));
