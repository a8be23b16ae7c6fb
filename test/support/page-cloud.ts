import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Client } from '../../contract/client.ts';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { openToolClient } from '../../contract/tool.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { steppedClock } from '../../local/machine/clock.ts';
import { provision } from '../../simulator/provision.ts';
import { testCloud } from './cloud.ts';

/** Somebody who can sign in to the pages; the password is the login. */
export interface PageAccount {
  readonly login: string;
  readonly roles: string;
  readonly household?: string;
  /** As the pages show it; the login where it is absent. */
  readonly name?: string;
}

export interface PageCloud {
  readonly cloud: LocalCloud;
  /** Where the built pages are served. */
  readonly pages: string;
  /** The HTTP API as this person meets it. */
  clientOf(login: string): Promise<Client>;
}

/** The estate `ziyun` in the whole local cloud, with the built pages and the people who look at them. */
export async function pageCloud(
  clock: ReturnType<typeof steppedClock>,
  records: readonly ProvisioningRecord[],
  people: readonly PageAccount[],
): Promise<PageCloud> {
  const pagesDir = join(import.meta.dirname, '../../dist/web');
  expect(existsSync(join(pagesDir, 'index.html')), 'the pages are built').toBe(true);
  const accounts = people.map(({ login, name = login, ...claims }) => ({
    ...{ login, password: login, name, sub: login, estates: 'ziyun' },
    ...claims,
  }));
  const cloud = await testCloud({ clock, pagesDir, people: accounts });
  const operator = { sub: 'operator', roles: 'operator', estates: 'ziyun' };
  await provision(openToolClient(cloud.api, await cloud.accessToken(operator)), 'ziyun', records);
  return {
    cloud,
    pages: cloud.pages ?? '',
    clientOf: async (login) => {
      const account = accounts.find((one) => one.login === login);
      if (account === undefined) throw new Error(`Nobody is called ${login}`);
      const { roles, estates, sub, household } = account;
      const whose = household === undefined ? {} : { household };
      return openToolClient(cloud.api, await cloud.accessToken({ sub, roles, estates, ...whose }));
    },
  };
}
