import type { Person } from './http/person.ts';

const BOTH = 'youyi ziyun';
const PASSWORD = 'friendship';

/** Who can sign in after `npm start`. The identifiers are those of the demo estate that the simulator plays. */
export const demoPeople: readonly Person[] = [
  {
    login: 'manager',
    password: PASSWORD,
    sub: 'demo-manager',
    name: '物业 王敏',
    roles: 'manager',
    estates: BOTH,
  },
  {
    login: 'committee',
    password: PASSWORD,
    sub: 'demo-committee',
    name: '居委会 陈洁',
    roles: 'committee',
    estates: BOTH,
  },
  {
    login: 'operator',
    password: PASSWORD,
    sub: 'demo-operator',
    name: '运营 李强',
    roles: 'operator manager',
    estates: BOTH,
  },
  {
    login: 'resident',
    password: PASSWORD,
    sub: 'zy-h0004',
    name: '居民 张阿姨',
    roles: 'resident',
    estates: 'ziyun',
    household: 'zy-h0004',
  },
];

/** The one that the ready line names. */
export const demoSignIn = { login: 'manager', password: PASSWORD };
