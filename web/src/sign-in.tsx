import { useState } from 'react';
import type { SignedIn } from './cloud/signed-in.ts';
import { Icon, Seal } from './parts/icons.tsx';
import { LanguageButton } from './parts/language-button.tsx';
import { firstLanguage, texts, useText } from './words/text.ts';
import { useTitle } from './words/title.ts';

/** What a signed-out person sees: what this is, why they are here again if they are, and one button. */
export function SignIn({
  signedIn,
  onLanguage,
}: {
  readonly signedIn: SignedIn;
  readonly onLanguage: () => void;
}) {
  const { text } = useText();
  useTitle();
  const [leaving, setLeaving] = useState(false);
  const notice = signedIn.notice();
  const signIn = () => {
    if (leaving) return;
    setLeaving(true);
    void signedIn.signIn().finally(() => setLeaving(false));
  };
  return (
    <main id="content" className="welcome" tabIndex={-1}>
      <div className="welcome-roof" aria-hidden="true" />
      <div className="welcome-card">
        <Seal size={64} />
        <h1>
          <span lang="zh-CN">棚友</span> <span lang="en">Pengyou</span>
        </h1>
        <p className="welcome-tagline">{text.tagline}</p>
        {notice !== undefined && (
          <p className="note note-problem" role="alert">
            <Icon of="fault" />
            <span>
              {notice.kind === 'ended'
                ? text.signedOutNotice
                : `${text.signInFailed}${text.colon}${notice.reason}`}
            </span>
          </p>
        )}
        <button type="button" className="button button-primary" onClick={signIn} aria-disabled={leaving}>
          {leaving ? text.signingIn : text.signIn}
        </button>
        <p className="quiet">{text.signInHint}</p>
        <LanguageButton onClick={onLanguage} />
      </div>
    </main>
  );
}

/** The page was served without its configuration; nothing else can work, so that is all it says. */
export function CannotStart({ reason }: { readonly reason: string }) {
  const text = texts[firstLanguage()];
  return (
    <main className="welcome">
      <div className="welcome-card">
        <Seal size={64} />
        <p className="note note-problem" role="alert">
          <Icon of="fault" />
          <span>
            {text.noConfig}
            {text.colon}
            {reason}
          </span>
        </p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {text.tryAgain}
        </button>
      </div>
    </main>
  );
}
