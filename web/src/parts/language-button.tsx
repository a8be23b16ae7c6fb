import { useText } from '../words/text.ts';

/** Names the other language in that language: whoever cannot read this page can read that. */
export function LanguageButton({ onClick }: { readonly onClick: () => void }) {
  const { text } = useText();
  return (
    <button
      type="button"
      className="button button-plain"
      onClick={onClick}
      aria-label={text.otherLanguageLabel}
      lang={text.otherLanguageCode}
      data-testid="language"
    >
      {text.otherLanguage}
    </button>
  );
}
