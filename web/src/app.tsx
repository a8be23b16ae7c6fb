import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type Client, openClient } from '../../contract/client.ts';
import type { Estate } from '../../contract/shapes/overview.ts';
import { estateApi } from './cloud/api.ts';
import type { Loadable } from './cloud/estate-view.ts';
import type { PageProps } from './cloud/page.ts';
import type { PageConfig } from './cloud/page-config.ts';
import { type PageName, pagesOf, usePage } from './cloud/route.ts';
import type { Person, SignedIn } from './cloud/signed-in.ts';
import { EstatePage } from './estate/estate-page.tsx';
import { Header, type HeaderProps } from './parts/header.tsx';
import { Loading, Shown } from './parts/shown.tsx';
import { loadable, useEvery } from './parts/use-loaded.ts';
import { SignIn } from './sign-in.tsx';
import {
  firstLanguage,
  type Language,
  LanguageContext,
  rememberLanguage,
  texts,
  useText,
} from './words/text.ts';
import { useTitle } from './words/title.ts';

const clientOf = (base: string, { accessToken, end }: SignedIn) =>
  openClient({ base, token: accessToken, onSignedOut: end });

/** Language and sign-in; everything else is inside. */
export function App({ config, signedIn }: { readonly config: PageConfig; readonly signedIn: SignedIn }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const person = useSyncExternalStore(signedIn.onChange, signedIn.person);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    rememberLanguage(language);
  }, [language]);
  const switchLanguage = () => setLanguage(language === 'zh' ? 'en' : 'zh');
  const client = useMemo(() => clientOf(config.api, signedIn), [config, signedIn]);
  return (
    <LanguageContext value={language}>
      <a className="skip" href="#content">
        {texts[language].skip}
      </a>
      {person === undefined ? (
        <SignIn signedIn={signedIn} onLanguage={switchLanguage} />
      ) : (
        <Estates
          client={client}
          config={config}
          signedIn={signedIn}
          person={person}
          onLanguage={switchLanguage}
        />
      )}
    </LanguageContext>
  );
}

const lookAgainMs = 10_000;

interface EstatesProps {
  readonly client: Client;
  readonly config: PageConfig;
  readonly signedIn: SignedIn;
  readonly person: Person;
  readonly onLanguage: () => void;
}

/** Which estates the token opens, and which of them is on the page. */
function Estates({ client, config, signedIn, person, onLanguage }: EstatesProps) {
  const { text } = useText();
  const api = useMemo(() => estateApi(client), [client]);
  const [estates, setEstates] = useState<Loadable<readonly Estate[]>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const [chosenId, setChosenId] = useState(rememberedEstate);
  const pages = useMemo(() => pagesOf(person.roles), [person.roles]);
  const page = usePage(pages);
  useTitle(text.pageNames[page]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is what asks again.
  useEffect(() => {
    const abort = new AbortController();
    void loadable(api.estates(abort.signal)).then((result) => {
      if (!abort.signal.aborted) setEstates(result);
    });
    return () => abort.abort();
  }, [api, attempt]);

  // Whose estate is being set up sees it come.
  const isEmpty = estates.state === 'ready' && estates.value.length === 0;
  useEvery(lookAgainMs, isEmpty, () => setAttempt((before) => before + 1));

  const list = estates.state === 'ready' ? estates.value : [];
  // As the API judges: a token that opens several estates says of none that the household is there.
  const whose = list.length === 1 ? person : { ...person, householdId: undefined };
  const chosen = list.find((estate) => estate.estateId === chosenId) ?? list[0];
  const choose = (estateId: string) => {
    sessionStorage.setItem(estateKey, estateId);
    setChosenId(estateId);
  };
  const header: HeaderProps = {
    ...{ estates: list, chosen, onChoose: choose, person: person.name, pages, page },
    ...{ onSignOut: signedIn.signOut, onLanguage },
  };
  if (chosen === undefined)
    return (
      <>
        <Header {...header} />
        <main id="content" className="alone" tabIndex={-1}>
          <Shown
            loadable={estates}
            outdated={undefined}
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
  const key = chosen.estateId;
  const { websocket } = config;
  return (
    <>
      {page === 'estate' ? (
        <EstatePage {...{ key, api, signedIn, websocket, estate: chosen, header }} />
      ) : (
        <OtherPage key={key} page={page} header={header} client={client} estate={chosen} person={whose} />
      )}
      {person.roles.includes('operator') && (
        <footer className="footer">
          <a href="/api.html">{text.apiDocument}</a>
        </footer>
      )}
    </>
  );
}

/** Pages that not everybody opens are fetched by those who do. */
const otherPages = {
  tariffs: lazy(async () => ({ default: (await import('./tariff/tariffs-page.tsx')).TariffsPage })),
  office: lazy(async () => ({ default: (await import('./office/office-page.tsx')).OfficePage })),
  month: lazy(async () => ({ default: (await import('./month/month-page.tsx')).MonthPage })),
  wallet: lazy(async () => ({ default: (await import('./wallet/wallet-page.tsx')).WalletPage })),
} as const;

interface OtherPageProps extends PageProps {
  readonly page: Exclude<PageName, 'estate'>;
  readonly header: HeaderProps;
}

function OtherPage({ page, header, ...rest }: OtherPageProps) {
  const Page = otherPages[page];
  return (
    <>
      <Header {...header} />
      <main id="content" className="sheet-page" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Page {...rest} />
        </Suspense>
      </main>
    </>
  );
}

const estateKey = 'pengyou.estate';

function rememberedEstate(): string | null {
  return sessionStorage.getItem(estateKey);
}
