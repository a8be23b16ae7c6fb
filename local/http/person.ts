/** What an access token says about a person; lists are texts with spaces between, as every issuer can send them. */
export interface TokenClaims {
  readonly sub: string;
  readonly roles: string;
  readonly estates: string;
  readonly household?: string;
}

/** Somebody who can sign in locally. */
export interface Person extends TokenClaims {
  readonly login: string;
  readonly password: string;
  readonly name: string;
}
