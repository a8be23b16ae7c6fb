import { describe, expect, test } from 'vitest';
import { compileRuleSql, topicMatches } from '../../local/mqtt/rule-sql.ts';

const message = {
  topic: 'JUY/D2S/860123/0x85/DEV',
  payload: Buffer.from([0x5a, 0xa5, 0x00]),
  clientId: '860123',
  principal: 'board860123',
  timestampMs: 1_800_000_000_000,
};

function where(condition: string): boolean {
  return compileRuleSql(`SELECT topic() AS t FROM '#' WHERE ${condition}`).where(message);
}

describe('rule SQL', () => {
  test('selects what the broker knows, and bytes as base64', () => {
    const sql = `SELECT encode(*, 'base64') AS data, topic() AS topic, topic(3) AS imei, clientid() AS client,
      principal() AS principal, timestamp() AS receivedAtMs, topic(9) AS nothing FROM 'JUY/D2S/+/+/DEV'`;
    const query = compileRuleSql(sql);
    expect(query.topicFilter).toBe('JUY/D2S/+/+/DEV');
    expect(query.select(message)).toEqual({
      data: 'WqUA',
      topic: message.topic,
      imei: '860123',
      client: '860123',
      principal: 'board860123',
      receivedAtMs: 1_800_000_000_000,
    });
  });

  test('NOT binds before AND, AND before OR, and parentheses before all', () => {
    expect(where("NOT topic(1) = 'JUY' OR topic(2) = 'D2S'")).toBe(true);
    expect(where("NOT (topic(1) = 'JUY' OR topic(2) = 'D2S')")).toBe(false);
    expect(where("topic(1) = 'x' AND topic(2) = 'x' OR topic(2) = 'D2S'")).toBe(true);
    expect(where("topic(1) <> 'x' AND NOT regexp_matches(topic(4), '^(0[xX])?(82|88)$')")).toBe(true);
    expect(where("regexp_matches(topic(4), '^(0[xX])?(82|85)$')")).toBe(true);
  });

  test('a comparison with something undefined is never true, nor is its negation', () => {
    expect(where("topic(9) = 'x'")).toBe(false);
    expect(where("NOT topic(9) = 'x'")).toBe(false);
    expect(where("NOT regexp_matches(topic(9), 'x')")).toBe(false);
  });

  test.each([
    ["SELECT * FROM 'a'", 'SELECT \\*'],
    ["SELECT temperature AS t FROM 'a'", 'payload attribute temperature'],
    ["SELECT decode(*, 'base64') AS t FROM 'a'", 'function decode'],
    ["SELECT encode(*, 'hex') AS t FROM 'a'", 'encode to hex'],
    ["SELECT topic() AS t FROM 'a' WHERE topic(1) > 'b'", 'operator >'],
    ["SELECT topic() AS t FROM 'a' WHERE get_thing_shadow('x', 'y') = 'b'", 'function get_thing_shadow'],
    ["SELECT topic() AS t FROM 'a' GROUP BY x", 'GROUP'],
  ])('refuses %s', (sql, named) => {
    expect(() => compileRuleSql(sql)).toThrow(new RegExp(named));
  });

  test.each([
    ['pengyou/+/up/+', 'pengyou/r1/up/swipe', true],
    ['pengyou/+/up/+', 'pengyou/r1/up', false],
    ['pengyou/+/up', 'pengyou/r1/up/swipe', false],
    ['uhppoted/+/replies/#', 'uhppoted/g/replies/a/b', true],
    ['uhppoted/+/replies/#', 'uhppoted/g/replies', true],
    ['#', '$aws/rules/x/y', false],
  ])('the filter %s on %s: %s', (filter, topic, expected) => {
    expect(topicMatches(filter, topic)).toBe(expected);
  });
});
