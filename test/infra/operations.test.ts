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
