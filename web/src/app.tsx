import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type Api, openApi } from './api.ts';
import type { Estate, PageConfig } from './contract.ts';
import { EstatePage } from './estate-page.tsx';
import type { Loadable } from './estate-view.ts';
import { Header } from './header.tsx';
import type { Session } from './session.ts';
import { Shown } from './shown.tsx';
import { SignIn } from './sign-in.tsx';
import { firstLanguage, type Language, LanguageContext, rememberLanguage, texts, useText } from './text.ts';
import { loadable } from './use-estate.ts';

/** Language and sign-in; everything else is inside. */
export function App({ config, session }: { readonly config: PageConfig; readonly session: Session }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const person = useSyncExternalStore(session.onChange, session.person);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = language === 'zh' ? '棚友 Pengyou' : 'Pengyou 棚友';
    rememberLanguage(language);
  }, [language]);
  const switchLanguage = () => setLanguage(language === 'zh' ? 'en' : 'zh');
  const api = useMemo(() => openApi(config.api, session.accessToken, session.end), [config, session]);
  return (
    <LanguageContext value={language}>
      <a className="skip" href="#content">
        {texts[language].skip}
      </a>
      {person === undefined ? (
        <SignIn session={session} onLanguage={switchLanguage} />
      ) : (
        <Estates
          api={api}
          config={config}
          session={session}
          person={person.name}
          onLanguage={switchLanguage}
        />
      )}
    </LanguageContext>
  );
}

interface EstatesProps {
  readonly api: Api;
  readonly config: PageConfig;
  readonly session: Session;
  readonly person: string;
  readonly onLanguage: () => void;
}

/** Which estates the token opens, and which of them is on the page. */
function Estates({ api, config, session, person, onLanguage }: EstatesProps) {
  const { text } = useText();
  const [estates, setEstates] = useState<Loadable<readonly Estate[]>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const [chosenId, setChosenId] = useState(rememberedEstate);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is what asks again.
  useEffect(() => {
    const abort = new AbortController();
    void loadable(api.estates(abort.signal)).then((result) => {
      if (!abort.signal.aborted) setEstates(result);
    });
    return () => abort.abort();
  }, [api, attempt]);

  const list = estates.state === 'ready' ? estates.value : [];
  const chosen = list.find((estate) => estate.estateId === chosenId) ?? list[0];
  const choose = (estateId: string) => {
    sessionStorage.setItem(estateKey, estateId);
    setChosenId(estateId);
  };
  const header = { estates: list, chosen, onChoose: choose, person, onSignOut: session.signOut, onLanguage };
  if (chosen !== undefined) {
    return (
      <EstatePage
        key={chosen.estateId}
        api={api}
        session={session}
        websocket={config.websocket}
        estate={chosen}
        header={header}
      />
    );
  }
  return (
    <>
      <Header {...header} />
      <main id="content" className="alone">
        <Shown
          loadable={estates}
          onRetry={() => {
            setEstates({ state: 'loading' });
            setAttempt(attempt + 1);
          }}
        >
          {() => <p className="note">{text.noEstates}</p>}
        </Shown>
      </main>
    </>
  );
}

const estateKey = 'pengyou.estate';

function rememberedEstate(): string | null {
  return sessionStorage.getItem(estateKey);
}
