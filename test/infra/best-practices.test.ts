import { App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { expect, test } from 'vitest';
import { synthesise } from './stub-bundles.ts';

test.each([undefined, 'cn-north-1'])(
  'AWS’s own rule pack finds nothing that is not acknowledged with a reason; region: %s',
  (region) => {
    const { app, remove } = synthesise(region);
    remove();
    expect(findings(app)).toEqual([]);
  },
);

test('every acknowledgement gives its reason', () => {
  const { app, remove } = synthesise('us-east-1');
  remove();
  const given = acknowledgements(app);
  expect(given.length).toBeGreaterThan(0);
  for (const { rule, reason } of given) expect(reason.length, rule).toBeGreaterThan(30);
});

test('the rule pack does find something where there is something', () => {
  const app = new App();
  new Queue(new Stack(app, 'Careless'), 'Queue');
  expect(findings(app)).toContainEqual(expect.stringContaining('AwsSolutions-SQS4'));
});

/** Asked directly: within a synthesis it would run only together with CloudFormation's own, slow validator. */
function findings(app: App): string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

function acknowledgements(scope: IConstruct): { rule: string; reason: string }[] {
  return scope.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([rule, reason]) => ({ rule, reason }));
}
