import { useMemo, useState } from 'react';
import type { Client } from '../../../contract/client.ts';
import { monthApi } from '../month/month-api.ts';
import { StatementSheet } from '../month/statements-part.tsx';
import { TextField } from '../parts/form.tsx';
import type { EstateTime } from '../words/time.ts';
import { useWalletWords } from './words.ts';

interface OwnStatementProps {
  readonly client: Client;
  readonly estateId: string;
  readonly householdId: string;
  /** The last month that may be closed: YYYY-MM. */
  readonly lastMonth: string;
  readonly time: EstateTime;
}

/** The household's statement of a closed month. It is asked for, because the newest months are not closed yet. */
export function OwnStatement({ client, estateId, householdId, lastMonth, time }: OwnStatementProps) {
  const words = useWalletWords();
  const api = useMemo(() => monthApi(client, estateId), [client, estateId]);
  const [typed, setTyped] = useState(lastMonth);
  const [month, setMonth] = useState<string>();
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (/^\d{4}-\d{2}$/.test(typed)) setMonth(typed);
      }}
    >
      <div className="fields">
        <TextField
          label={words.month}
          name="statement-month"
          kind="month"
          max={lastMonth}
          value={typed}
          onChange={setTyped}
        />
      </div>
      <button type="submit" className="button">
        {words.showStatement}
      </button>
      {month !== undefined && <StatementSheet key={month} {...{ api, month, householdId, time }} />}
    </form>
  );
}
