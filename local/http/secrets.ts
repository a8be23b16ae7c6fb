import { randomInt } from 'node:crypto';
import { StateFile } from '../machine/state-file.ts';
import { type Template, Unsupported } from '../template/template.ts';

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * Secrets Manager: generated once, and kept, because keyed hashes in the table hang on them. `given` are values that
 * somebody puts in by hand, by the beginning of the secret's logical id.
 */
export class Secrets {
  readonly #secrets: readonly Secret[];

  constructor(
    template: Template,
    stateDir: string | undefined,
    given: Readonly<Record<string, string>> = {},
  ) {
    const file = new StateFile<Record<string, string>>(stateDir, 'secrets.json');
    const values = file.read() ?? {};
    this.#secrets = template.ofType('AWS::SecretsManager::Secret').map(({ logicalId, type, properties }) => {
      if (properties.GenerateSecretString === undefined) {
        throw new Unsupported(logicalId, type, 'a secret without GenerateSecretString');
      }
      const byHand = Object.entries(given).find(([start]) => logicalId.startsWith(start));
      const value = byHand?.[1] ?? values[logicalId] ?? generate(properties.GenerateSecretString);
      values[logicalId] = value;
      return { arn: template.names.arn(logicalId), name: template.names.name(logicalId), value };
    });
    file.write(values);
  }

  /** By ARN or name, as the API takes it. */
  find(id: string): Secret | undefined {
    return this.#secrets.find(({ arn, name }) => arn === id || name === id);
  }
}

function generate(settings: Readonly<Record<string, unknown>>): string {
  const alphabet = [
    settings.ExcludeLowercase ? '' : LOWER,
    settings.ExcludeUppercase ? '' : LOWER.toUpperCase(),
    settings.ExcludeNumbers ? '' : DIGITS,
    settings.ExcludePunctuation ? '' : PUNCTUATION,
    settings.IncludeSpace ? ' ' : '',
  ].join('');
  const excluded = new Set(String(settings.ExcludeCharacters ?? ''));
  const characters = [...alphabet].filter((character) => !excluded.has(character));
  const length = Number(settings.PasswordLength ?? 32);
  const password = Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
  if (typeof settings.GenerateStringKey !== 'string') return password;
  const template = JSON.parse(String(settings.SecretStringTemplate ?? '{}')) as object;
  return JSON.stringify({ ...template, [settings.GenerateStringKey]: password });
}
