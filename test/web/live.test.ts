import { expect, test } from 'vitest';
import { liveTopics, pageName } from '../../web/src/cloud/live.ts';

const token = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const kinds = (roles: string) =>
  liveTopics('ziyun', token({ roles, name: '陈洁' })).map((topic) => topic.split('/')[2]);

test('a page follows what its person may hear', () => {
  expect(kinds('committee')).toEqual(['alerts', 'stays', 'doors', 'ports', 'devices']);
  for (const roles of ['manager', 'manager committee', 'operator committee'])
    expect(kinds(roles)).toContain('refusals');
});

test('a token that cannot be read is for the broker to judge', () => {
  expect(liveTopics('ziyun', 'opaque')).toContain('live/ziyun/sessions');
});

test('a page bears its person’s name at the broker, where no other person’s page may bear it', async () => {
  const [one, other] = await Promise.all([
    pageName(token({ sub: '陈洁' })),
    pageName(token({ sub: '陈洁' })),
  ]);
  // 32 digits of the SHA-256 of the subject, as functions/authorize-page.ts wants it.
  expect(one).toMatch(/^page-1870ec339e78f2fa3a78b898600754cc-[A-Za-z0-9-]{1,64}$/);
  expect(other).not.toBe(one);
});
