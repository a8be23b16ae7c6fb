/** Where a page's calls go, as its config.json says. */
export interface PageAddresses {
  readonly api: string;
  readonly issuer: string;
  readonly websocket: string;
}

/** The style of the slips of the property office, which the API makes and a page shows in a frame: a test compares. */
const slipStyle = "'sha256-CPvlo4kaWrzvhKHlWPwRXWQ696HHYmJArW6IoxzD7Jo='";

/**
 * What whoever hosts the pages must answer with every file: the local cloud does, and `pengyou page-headers` prints it.
 * A page runs the scripts that were built and no other, and talks to the addresses of its config.json and no other.
 */
export function pageHeaders({ api, issuer, websocket }: PageAddresses): Readonly<Record<string, string>> {
  const [toApi, toIssuer, toBroker] = [api, issuer, websocket].map((address) => new URL(address).origin);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${slipStyle}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${toApi} ${toIssuer} ${toBroker}`,
    // A sign-in is renewed in a hidden frame, which the issuer sends back to the page itself.
    `frame-src 'self' ${toIssuer}`,
    "frame-ancestors 'self'",
    // The connection to the broker keeps time in a worker, so that it stays alive in a tab that nobody looks at.
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
