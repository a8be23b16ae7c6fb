import type { Estate } from '../../../contract/shapes/overview.ts';
import type { LiveStatus } from '../cloud/live.ts';
import { hrefOf, type PageName } from '../cloud/route.ts';
import { useText } from '../words/text.ts';
import { Icon, Seal } from './icons.tsx';
import { LanguageButton } from './language-button.tsx';
import { Said } from './said.tsx';

export interface HeaderProps {
  readonly estates: readonly Estate[];
  readonly chosen: Estate | undefined;
  readonly onChoose: (estateId: string) => void;
  readonly person: string;
  /** What this person can open, and what is open. */
  readonly pages: readonly PageName[];
  readonly page: PageName;
  readonly onSignOut: () => void;
  readonly onLanguage: () => void;
  /** Absent while no estate is on the page. */
  readonly live?: { readonly status: LiveStatus; readonly lastUpdate: string | undefined };
}

export function Header(props: HeaderProps) {
  const { estates, chosen, onChoose, person, onSignOut, onLanguage, live } = props;
  const { text, name } = useText();
  return (
    <header className="header">
      <div className="header-brand">
        <Seal size={40} />
        <span className="brand-name">{text.brand}</span>
      </div>
      <div className="header-estate">
        {chosen !== undefined && estates.length > 1 ? (
          <label className="estate-switch">
            <span className="sr-only">{text.estate}</span>
            <select value={chosen.estateId} onChange={(event) => onChoose(event.target.value)}>
              {estates.map((estate) => (
                <option key={estate.estateId} value={estate.estateId}>
                  {name(estate.name)}
                </option>
              ))}
            </select>
            <Icon of="chevron" />
          </label>
        ) : (
          chosen !== undefined && <span className="estate-name">{name(chosen.name)}</span>
        )}
      </div>
      <Menu pages={props.pages} page={props.page} />
      {live !== undefined && <LiveChip {...live} />}
      <div className="header-person">
        <span className="person">
          <Said>{person}</Said>
        </span>
        <LanguageButton onClick={onLanguage} />
        <button type="button" className="button button-plain" onClick={onSignOut}>
          {text.signOut}
        </button>
      </div>
    </header>
  );
}

/** Who can open one page only needs no menu. */
function Menu({ pages, page }: Pick<HeaderProps, 'pages' | 'page'>) {
  const { text } = useText();
  if (pages.length < 2) return null;
  return (
    <nav className="menu" aria-label={text.pages}>
      {pages.map((name) => (
        <a key={name} href={hrefOf(name)} {...(name === page ? { 'aria-current': 'page' } : {})}>
          {text.pageNames[name]}
        </a>
      ))}
    </nav>
  );
}

function LiveChip({ status, lastUpdate }: NonNullable<HeaderProps['live']>) {
  const { text } = useText();
  const words = { subscribed: text.live, connecting: text.connecting, interrupted: text.interrupted };
  const icons = { subscribed: 'live', connecting: 'starting', interrupted: 'fault' } as const;
  return (
    <p className={`live live-${status}`} data-testid="live" data-status={status}>
      <Icon of={icons[status]} />
      <span className="live-word">{words[status]}</span>
      <span className="live-time">
        {lastUpdate === undefined ? text.noUpdateYet : text.lastUpdate(lastUpdate)}
      </span>
    </p>
  );
}
