import { type ReactNode, useId } from 'react';
import { useText } from '../words/text.ts';
import { Icon, type IconName } from './icons.tsx';
import { Said } from './said.tsx';
import { Problem } from './shown.tsx';
import type { Action } from './use-loaded.ts';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Said under the field, and the field marked, when what is in it cannot be used. */
  readonly problem?: string | undefined;
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What stands before or behind the letters, e.g. 元. */
  readonly unit?: string;
  readonly kind?: 'text' | 'decimal' | 'count' | 'date' | 'time' | 'month';
  readonly min?: string;
  readonly max?: string;
  readonly name?: string;
  /** What may be meant, with what is said of each. */
  readonly suggestions?: readonly (readonly [value: string, word: string])[];
}

const inputOf = {
  text: { type: 'text' },
  decimal: { type: 'text', inputMode: 'decimal' },
  count: { type: 'text', inputMode: 'numeric' },
  date: { type: 'date' },
  time: { type: 'time' },
  month: { type: 'month' },
} as const;

/** One line to type in, with its name above it and what is wrong with it under it. */
export function TextField({
  label,
  hint,
  problem,
  value,
  onChange,
  unit,
  kind = 'text',
  suggestions = [],
  ...rest
}: TextFieldProps) {
  const id = useId();
  return (
    <div className={problem === undefined ? 'field' : 'field field-wrong'}>
      <label htmlFor={id}>{label}</label>
      <span className="field-box">
        <input
          id={id}
          {...inputOf[kind]}
          {...rest}
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-about`}
          list={suggestions.length === 0 ? undefined : `${id}-suggestions`}
        />
        {suggestions.length > 0 && (
          <datalist id={`${id}-suggestions`}>
            {suggestions.map(([suggestion, word]) => (
              <option key={suggestion} value={suggestion}>
                {word}
              </option>
            ))}
          </datalist>
        )}
        {unit !== undefined && <span className="field-unit">{unit}</span>}
      </span>
      <About id={`${id}-about`} hint={hint} problem={problem} />
    </div>
  );
}

interface ChoiceFieldProps<T extends string> extends FieldProps {
  readonly value: T;
  readonly options: readonly (readonly [value: T, word: string])[];
  readonly onChange: (value: T) => void;
  readonly name?: string;
}

/** One of a few, where all of them need not be in sight. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  const { label, hint, problem, value, options, onChange, name } = props;
  const id = useId();
  return (
    <div className={problem === undefined ? 'field' : 'field field-wrong'}>
      <label htmlFor={id}>{label}</label>
      <span className="field-box">
        <select
          id={id}
          name={name}
          value={value}
          onChange={(event) => {
            const chosen = options.find(([option]) => option === event.target.value);
            if (chosen !== undefined) onChange(chosen[0]);
          }}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-about`}
        >
          {options.map(([option, word]) => (
            <option key={option} value={option}>
              {word}
            </option>
          ))}
        </select>
        <Icon of="chevron" />
      </span>
      <About id={`${id}-about`} hint={hint} problem={problem} />
    </div>
  );
}

/** One of a few, all in sight, each large enough for a thumb. */
export function Choices<T extends string>(props: Omit<ChoiceFieldProps<T>, 'hint' | 'problem'>) {
  const { label, value, options, onChange } = props;
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {options.map(([option, word]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface CheckFieldProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly name?: string;
}

export function CheckField({ checked, onChange, children, name }: CheckFieldProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        name={name}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{children}</span>
    </label>
  );
}

interface FileFieldProps {
  readonly label: string;
  readonly name: string;
  /** As the attribute of the same name. */
  readonly accept: string;
  readonly onChoose: (files: readonly File[]) => void;
}

/** A button that chooses files. The browser's own speaks the browser's language, which need not be the page's. */
export function FileField({ label, name, accept, onChoose }: FileFieldProps) {
  return (
    <label className="button file-field">
      <input
        type="file"
        className="sr-only"
        name={name}
        accept={accept}
        multiple
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // The same file can be chosen again after it was put right.
          target.value = '';
          if (files.length > 0) onChoose(files);
        }}
      />
      <Icon of="bill" />
      {label}
    </label>
  );
}

function About({ id, hint, problem }: { readonly id: string } & Pick<FieldProps, 'hint' | 'problem'>) {
  return (
    <span id={id} className="field-about">
      {problem !== undefined && (
        <span className="field-problem">
          <Icon of="fault" />
          {problem}
        </span>
      )}
      {problem === undefined && hint !== undefined && (
        <span className="quiet">
          <Said>{hint}</Said>
        </span>
      )}
    </span>
  );
}

interface SendProps {
  readonly action: Action<unknown>;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  readonly icon?: IconName;
  readonly onClick?: () => void;
  readonly secondary?: boolean;
}

/** The button that sends a form, and under it why sending failed. */
export function Send({ action, children, disabled = false, icon, onClick, secondary = false }: SendProps) {
  const { text } = useText();
  const isOff = disabled || action.state === 'sending';
  return (
    <div className="send">
      <button
        type={onClick === undefined ? 'submit' : 'button'}
        className={secondary ? 'button' : 'button button-primary'}
        // Not `disabled`: the button would lose the focus while it works.
        aria-disabled={isOff}
        {...(onClick === undefined ? {} : { onClick: () => isOff || onClick() })}
      >
        {icon !== undefined && <Icon of={icon} />}
        {action.state === 'sending' ? text.sending : children}
      </button>
      {action.state === 'failed' && <Problem failure={action.failure} />}
    </div>
  );
}

/** What has just succeeded, told to a screen reader too. */
export function Done({ children }: { readonly children: ReactNode }) {
  return (
    <div className="note note-done" role="status">
      <Icon of="check" />
      <div>{children}</div>
    </div>
  );
}
