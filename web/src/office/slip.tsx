import { useRef } from 'react';
import type { OrderShown as Order } from '../../../contract/shapes/office.ts';
import { Icon } from '../parts/icons.tsx';
import { Problem } from '../parts/shown.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { useText } from '../words/text.ts';
import type { OfficeApi } from './office-api.ts';
import { useOfficeWords } from './words.ts';

interface SlipProps {
  readonly api: OfficeApi;
  readonly order: Order;
}

/** The slip that a resident takes home, shown as it is printed. */
export function SlipButton({ api, order }: SlipProps) {
  const words = useOfficeWords();
  const { text } = useText();
  const frame = useRef<HTMLIFrameElement>(null);
  const { action, run, reset } = useAction(() => api.slip(order));
  return (
    <div className="stack">
      <button
        type="button"
        className="button"
        aria-disabled={action.state === 'sending'}
        onClick={() => run()}
      >
        <Icon of="bill" />
        {action.state === 'sending' ? text.loading : words.printSlip}
      </button>
      {action.state === 'failed' && <Problem failure={action.failure} />}
      {action.state === 'done' && (
        <>
          {/* The page is the server's own; it has no script, and gets none. */}
          <iframe
            ref={frame}
            className="slip"
            title={words.slip}
            srcDoc={action.value}
            sandbox="allow-same-origin allow-modals"
            // Shown whole, it needs no scrolling, and the keyboard passes it by: a frame cannot show the focus.
            onLoad={({ currentTarget }) => fitHeight(currentTarget)}
            tabIndex={-1}
            data-testid="slip"
          />
          <div className="buttons">
            <button
              type="button"
              className="button button-primary"
              onClick={() => frame.current?.contentWindow?.print()}
            >
              {words.print}
            </button>
            <button type="button" className="button" onClick={reset}>
              {words.close}
            </button>
          </div>
        </>
      )}
    </div>
  );
}

function fitHeight(frame: HTMLIFrameElement): void {
  const height = frame.contentDocument?.documentElement.scrollHeight;
  if (height !== undefined) frame.style.blockSize = `${height + frame.offsetHeight - frame.clientHeight}px`;
}
