import { Construct } from 'constructs';
import { tariffsContract } from '../contract/routes/tariffs.ts';
import type { Api } from './api.ts';
import type { Parts } from './parts.ts';

/** Prices: shown, saved, tried on the last sessions. Boards are told by the sweep, and when they log in. */
export class Tariffs extends Construct {
  constructor(scope: Construct, id: string, parts: Parts, api: Api) {
    super(scope, id);
    const tariffs = api.fn(
      parts,
      'api-tariffs',
      'Tariffs: list, save, preview, and how far they are on boards',
    );
    api.serve(tariffs, tariffsContract);
  }
}
