import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { readConfig } from './cloud/page-config.ts';
import { openSignedIn } from './cloud/signed-in.ts';
import { keepFocus } from './parts/keep-focus.ts';
import { receiptPath } from './receipt/code.ts';
import { ApiAddress } from './receipt/receipt-links.tsx';
import { CannotStart } from './sign-in.tsx';

const element = document.getElementById('page');
if (element === null) throw new Error('index.html has no element #page');
const root = createRoot(element);
keepFocus(element);

start().catch((thrown: unknown) => {
  root.render(<CannotStart reason={thrown instanceof Error ? thrown.message : String(thrown)} />);
});

/** Everything that happens once, before there is anything to render, and outside React's repeated effects. */
async function start(): Promise<void> {
  const config = await readConfig();
  const receipt = receiptPath(location.pathname);
  if (receipt !== undefined) {
    // Whoever has a receipt needs no account, and does not wait for the pages of those who have one.
    const { ReceiptApp } = await import('./receipt/receipt-app.tsx');
    root.render(
      <StrictMode>
        <ApiAddress value={config.api}>
          <ReceiptApp config={config} code={receipt.code} />
        </ApiAddress>
      </StrictMode>,
    );
    return;
  }
  const signedIn = await openSignedIn(config);
  if (signedIn === 'silent-frame') return;
  root.render(
    <StrictMode>
      <ApiAddress value={config.api}>
        <App config={config} signedIn={signedIn} />
      </ApiAddress>
    </StrictMode>,
  );
}
