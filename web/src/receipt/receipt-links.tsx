import { createContext, useContext } from 'react';
import { codeShown } from './code.ts';
import { Qr } from './qr.tsx';
import { useReceiptWords } from './words.ts';

/** Where the HTTP API is: a link to a file there needs its address. */
export const ApiAddress = createContext('');

/** Where a receipt can be printed from. */
export function usePdfAddress(code: string): string {
  return `${useContext(ApiAddress).replace(/\/$/, '')}/receipts/${code}/pdf`;
}

/** On a bill: the code of its receipt, and the ways to look at it without signing in. */
export function ReceiptLinks({ code }: { readonly code: string }) {
  const words = useReceiptWords();
  const pdf = usePdfAddress(code);
  return (
    <div className="receipt-links" data-testid="receipt-links">
      <Qr of={new URL(`/r/${code}`, location.href).href} label={words.scan} />
      <div>
        <p>
          {words.code}{' '}
          <strong className="receipt-code" translate="no">
            {codeShown(code)}
          </strong>
        </p>
        <div className="buttons">
          <a className="button" href={`/r/${code}`} target="_blank" rel="noreferrer">
            {words.open}
          </a>
          <a className="button" href={pdf} target="_blank" rel="noreferrer">
            {words.print}
          </a>
        </div>
      </div>
    </div>
  );
}
