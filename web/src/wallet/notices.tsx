import type { Notice } from '../../../contract/shapes/wallet.ts';
import type { Wallet } from '../../../contract/shapes/wallet-shown.ts';
import { ownOf } from '../cloud/own.ts';
import { Icon } from '../parts/icons.tsx';
import { Problem } from '../parts/shown.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import type { WalletApi } from './wallet-api.ts';
import { useWalletWords } from './words.ts';

interface NoticesProps {
  readonly api: WalletApi;
  readonly wallet: Wallet;
  readonly notices: readonly Notice[];
  readonly time: EstateTime;
  readonly onChanged: () => void;
}

/** What a household was told and nobody has read: that most of a limit is spent. */
export function Notices({ api, wallet, notices, time, onChanged }: NoticesProps) {
  const words = useWalletWords();
  const { action, run } = useAction(async (_requestId, noticeId: string) => {
    await api.markRead(noticeId);
    onChanged();
  });
  const unread = notices.filter(({ readAtMs }) => readAtMs === undefined);
  if (unread.length === 0) return null;
  return (
    <section className="stack" aria-label={words.notices}>
      {unread.map(({ noticeId, memberId, month, spentFen, limitFen }) => (
        <div key={noticeId} className="note note-problem" role="status" data-testid="notice">
          <Icon of="bell" />
          <span>
            {memberId !== undefined &&
              words.noticeMember(ownOf(wallet.budget.members, memberId)?.name ?? memberId)}
            {words.noticeText(time.month(month), yuanOfFen(spentFen), yuanOfFen(limitFen))}
          </span>
          <button
            type="button"
            className="button"
            aria-disabled={action.state === 'sending'}
            onClick={() => run(noticeId)}
          >
            {words.markRead}
          </button>
        </div>
      ))}
      {action.state === 'failed' && <Problem failure={action.failure} />}
    </section>
  );
}

/** The balance and what it is made of. */
export function Balance({ wallet }: { readonly wallet: Wallet }) {
  const words = useWalletWords();
  const { text } = useText();
  const { balanceFen, heldFen, owedFen, creditLimitFen, spendableFen } = wallet;
  const parts: readonly (readonly [string, number, boolean])[] = [
    // Without anything set aside, owed or lent it is what stands above already.
    [words.balance, balanceFen, balanceFen !== spendableFen],
    [words.held, heldFen, heldFen > 0],
    [words.owed, owedFen, owedFen > 0],
    [words.credit, creditLimitFen, creditLimitFen > 0],
  ];
  return (
    <div className="stack">
      <p className="balance">
        <span>{words.available}</span>
        <strong data-testid="spendable">{yuanOfFen(spendableFen)}</strong>
      </p>
      <dl className="figures">
        {parts.map(
          ([word, fen, isShown]) =>
            isShown && (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{yuanOfFen(fen)}</dd>
              </div>
            ),
        )}
      </dl>
      {owedFen > 0 && (
        <p className="note note-problem">
          <Icon of="fault" />
          <span>
            {words.owed}
            {text.colon}
            {yuanOfFen(owedFen)}
            {text.comma}
            {words.owedNote}
          </span>
        </p>
      )}
      {heldFen > 0 && <p className="quiet">{words.heldNote}</p>}
    </div>
  );
}
