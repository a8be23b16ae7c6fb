import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { PageConfig } from './page-config.ts';
import { type Claims, claimsIn } from './roles.ts';

/** Who is signed in, as the page sees it. */
export interface SignedIn {
  /** Undefined while nobody is signed in. */
  readonly person: () => Person | undefined;
  readonly accessToken: () => string;
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** The API no longer takes the token: forget it, and say so. */
  readonly end: () => void;
  readonly onChange: (listener: () => void) => () => void;
  /** Why the person is signed out although they tried not to be. */
  readonly notice: () => SignOutNotice | undefined;
}

export interface Person extends Claims {
  readonly name: string;
}

export type SignOutNotice = { readonly kind: 'ended' } | { readonly kind: 'failed'; readonly reason: string };

/**
 * Opens the signedIn that the browser remembers, or takes in the one that the issuer has just sent back.
 * Authorization code with PKCE; the token lives in this tab's signedIn storage only.
 */
export async function openSignedIn(config: PageConfig): Promise<SignedIn | 'silent-frame'> {
  const here = new URL('/', location.href).href;
  const manager = new UserManager({
    authority: config.issuer,
    client_id: config.clientId,
    redirect_uri: here,
    post_logout_redirect_uri: here,
    response_type: 'code',
    scope: 'openid profile',
    ...audienceOf(config.audience),
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: localStorage }),
    automaticSilentRenew: true,
    monitorSession: false,
  });
  let notice: SignOutNotice | undefined;
  if (isAnswerOfIssuer(location)) {
    try {
      await manager.signinCallback();
    } catch (thrown) {
      notice = { kind: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown) };
    }
    // The same address serves the hidden frame in which a signedIn is renewed; there is nothing to show in it.
    if (window.parent !== window) return 'silent-frame';
    history.replaceState(null, '', '/');
  }
  return sessionOf(manager, notice);
}

async function sessionOf(manager: UserManager, firstNotice: SignOutNotice | undefined): Promise<SignedIn> {
  let notice = firstNotice;
  let user = await manager.getUser();
  if (user?.expired) {
    user = null;
    notice ??= { kind: 'ended' };
    await manager.removeUser();
  }
  const listeners = new Set<() => void>();
  let person = personOf(user);
  const changeTo = (next: typeof user, why?: SignOutNotice) => {
    user = next;
    person = personOf(next);
    notice = why;
    for (const listener of listeners) listener();
  };
  const end = () => {
    if (user === null) return;
    changeTo(null, { kind: 'ended' });
    void manager.removeUser();
  };
  manager.events.addUserLoaded((renewed) => changeTo(renewed));
  manager.events.addAccessTokenExpired(end);
  return {
    person: () => person,
    accessToken: () => user?.access_token ?? '',
    signIn: async () => {
      try {
        await manager.signinRedirect();
      } catch (thrown) {
        changeTo(null, { kind: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown) });
      }
    },
    signOut: async () => {
      try {
        await manager.signoutRedirect();
      } catch {
        // An issuer without an end-signedIn endpoint: forgetting the token here is all that can be done.
        await manager.removeUser();
        changeTo(null);
      }
    },
    end,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notice: () => notice,
  };
}

/**
 * Issuers ask for the API's name in two ways: as a resource indicator (RFC 8707), which must be an absolute URI, or as
 * a parameter of their own. Both are sent where they can be; an issuer ignores the one it does not know.
 */
function audienceOf(audience: string) {
  const extraQueryParams = { audience };
  return URL.canParse(audience) ? { resource: audience, extraQueryParams } : { extraQueryParams };
}

function personOf(user: Awaited<ReturnType<UserManager['getUser']>>): Person | undefined {
  if (user === null) return undefined;
  const name = user.profile.name ?? user.profile.preferred_username ?? user.profile.sub;
  return { name, ...claimsIn(user.access_token) };
}

function isAnswerOfIssuer({ search }: Location): boolean {
  const parameters = new URLSearchParams(search);
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'));
}
