import { useEffect, useState } from 'react';
import type { PageConfig } from '../cloud/page-config.ts';
import { Seal } from '../parts/icons.tsx';
import { LanguageButton } from '../parts/language-button.tsx';
import { firstLanguage, type Language, LanguageContext, rememberLanguage } from '../words/text.ts';
import { useTitle } from '../words/title.ts';
import { CodeForm } from './code-form.tsx';
import { ReceiptPage } from './receipt-page.tsx';
import { useReceiptWords } from './words.ts';

/** The page of one receipt, for whoever has its code: nobody signs in here. */
export function ReceiptApp({ config, code }: { readonly config: PageConfig; readonly code: string }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    rememberLanguage(language);
  }, [language]);
  return (
    <LanguageContext value={language}>
      <Frame onLanguage={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
        {code === '' ? <Ask /> : <ReceiptPage api={config.api} code={code} />}
      </Frame>
    </LanguageContext>
  );
}

function Ask() {
  const words = useReceiptWords();
  return <CodeForm title={words.find} />;
}

function Frame({
  onLanguage,
  children,
}: {
  readonly onLanguage: () => void;
  readonly children: React.ReactNode;
}) {
  const words = useReceiptWords();
  useTitle(words.title);
  return (
    <>
      <header className="header">
        <div className="header-brand">
          <Seal size={40} />
          <h1 className="estate-name">{words.title}</h1>
        </div>
        <div className="header-person">
          <LanguageButton onClick={onLanguage} />
        </div>
      </header>
      <main id="content" className="sheet-page receipt-page" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
