import { expect, test } from 'vitest';
import { liveTopics } from '../../web/src/live.ts';

const token = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const kinds = (roles: string) =>
  liveTopics('ziyun', token({ roles, name: '陈洁' })).map((topic) => topic.split('/')[2]);

test('a page follows what its person may hear', () => {
  expect(kinds('committee')).toEqual(['alerts', 'stays', 'doors', 'ports']);
  for (const roles of ['manager', 'manager committee', 'operator committee'])
    expect(kinds(roles)).toContain('refusals');
});

test('a token that cannot be read is for the broker to judge', () => {
  expect(liveTopics('ziyun', 'opaque')).toContain('live/ziyun/charges');
});
