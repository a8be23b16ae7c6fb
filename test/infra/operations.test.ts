import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../infra/bundle.ts';
import { resources, synthesise } from './stub-bundles.ts';

test('every alarm names its impact and a section of docs/operations.md that exists', () => {
  const { template, remove } = synthesise('us-east-1');
  remove();
  const manual = readFileSync(join(projectRoot, 'docs', 'operations.md'), 'utf8');
  const alarms = resources(template, 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(0);
  for (const [id, { AlarmDescription }] of alarms) {
    const section = /See docs\/operations\.md, section “(.+)”\.$/.exec(String(AlarmDescription))?.[1];
    expect(section, id).toBeDefined();
    expect(manual, id).toContain(`\n## ${section}\n`);
  }
});

test('both functions that tell the committee count what does not arrive, and an alarm watches the count', () => {
  const { template, remove } = synthesise('us-east-1');
  remove();
  const filters = resources(template, 'AWS::Logs::MetricFilter').map(([, filter]) => filter);
  expect(new Set(filters.map(({ LogGroupName }) => JSON.stringify(LogGroupName))).size).toBe(2);
  const counted = filters.flatMap(({ MetricTransformations }) => MetricTransformations as object[]);
  for (const { FilterPattern } of filters)
    expect(FilterPattern).toBe('{ ($.event = "alert-undelivered") && ($.isDown IS TRUE) }');
  const [alarm] = resources(template, 'AWS::CloudWatch::Alarm').filter(([id]) => /NotReached/.test(id));
  for (const { MetricName, MetricNamespace } of counted as Record<string, unknown>[])
    expect(alarm?.[1]).toMatchObject({ MetricName, Namespace: MetricNamespace, Threshold: 1 });
});
