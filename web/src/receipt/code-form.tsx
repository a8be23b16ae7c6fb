import { type FormEvent, useState } from 'react';
import { TextField } from '../parts/form.tsx';
import { codeOfText } from './code.ts';
import { useReceiptWords } from './words.ts';

/** Ten characters to type from paper; the address of the receipt is where it leads. */
export function CodeForm({ title }: { readonly title: string }) {
  const words = useReceiptWords();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const code = codeOfText(typed);
  const show = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (code !== undefined) location.assign(`/r/${code}`);
  };
  return (
    <form className="card code-form" onSubmit={show}>
      <h2>{title}</h2>
      <TextField
        label={words.code}
        hint={words.findNote}
        problem={tried && code === undefined ? words.codeProblem : undefined}
        name="code"
        value={typed}
        onChange={setTyped}
      />
      <div>
        <button type="submit" className="button button-primary">
          {words.findButton}
        </button>
      </div>
    </form>
  );
}
