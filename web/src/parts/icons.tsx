/** Small drawings that say with form what a colour alone must not say. Each stands beside its word. */
const drawings = {
  // A bolt.
  charging: <path d="M9.2 1.5 3.5 9h3.9l-.7 5.5L12.5 7H8.6z" fill="currentColor" />,
  // An open ring: nothing plugged in.
  idle: <circle cx="8" cy="8" r="5" className="stroke" />,
  // A ring filling up.
  starting: (
    <>
      <circle cx="8" cy="8" r="5.4" className="stroke" strokeDasharray="3 2.6" />
      <circle cx="8" cy="8" r="1.8" fill="currentColor" />
    </>
  ),
  'in-use': (
    <>
      <circle cx="8" cy="8" r="5.4" className="stroke" />
      <path d="M8 2.6a5.4 5.4 0 0 1 0 10.8z" fill="currentColor" />
    </>
  ),
  fault: (
    <>
      <path d="M8 2 14.5 13.5h-13z" className="stroke" />
      <path d="M8 6.4v3.4M8 11.4v.4" className="stroke" />
    </>
  ),
  disabled: <path d="M4 4l8 8M12 4l-8 8" className="stroke" />,
  unknown: <path d="M5.6 5.8a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1.1.9-1.1 1.8M8 12.4v.2" className="stroke" />,
  check: <path d="M3 8.6 6.6 12 13 4.6" className="stroke" />,
  cross: <path d="M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6" className="stroke" />,
  in: <path d="M9.5 3H13v10H9.5M2.5 8h7M7 5.4 9.6 8 7 10.6" className="stroke" />,
  out: <path d="M6.5 3H3v10h3.5M6 8h7.4M11 5.4 13.6 8 11 10.6" className="stroke" />,
  both: <path d="M2 5.5h11M10.6 3.1 13 5.5l-2.4 2.4M14 10.8H3M5.4 8.4 3 10.8l2.4 2.4" className="stroke" />,
  'door-shut': (
    <>
      <path d="M4 14V2h8v12M2 14h12" className="stroke" />
      <path d="M9.6 8v.6" className="stroke" />
    </>
  ),
  'door-open': <path d="M4 14V2h8v12M2 14h12M4 2l5 2.4v9.2L4 14" className="stroke" />,
  flame: (
    <path
      d="M8.2 1.5c.6 2.4 4 3.9 4 7.6A4.2 4.2 0 0 1 8 13.9a4.2 4.2 0 0 1-4.2-4.4c0-1.7.9-2.7 1.7-3.6.3 1 .8 1.6 1.4 1.8-.3-2.5.2-4.6 1.3-6.2z"
      className="stroke"
    />
  ),
  bell: (
    <path
      d="M3.4 11.6h9.2c-1-1-1.2-2-1.2-4.2a3.4 3.4 0 0 0-6.8 0c0 2.2-.2 3.2-1.2 4.2zM6.8 13.8h2.4"
      className="stroke"
    />
  ),
  shed: <path d="M1.5 6.5 8 2.5l6.5 4M3 7v6.5M13 7v6.5M5.5 13.5v-4h5v4" className="stroke" />,
  bill: <path d="M3.5 2h9v12l-2.2-1.4L8 14l-2.3-1.4L3.5 14zM6 5.5h4M6 8.5h4" className="stroke" />,
  refused: (
    <>
      <circle cx="8" cy="8" r="6" className="stroke" />
      <path d="M4 12 12 4" className="stroke" />
    </>
  ),
  up: <path d="M8 13V3.4M4 7.2 8 3.2l4 4" className="stroke" />,
  down: <path d="M8 3v9.6M4 8.8l4 4 4-4" className="stroke" />,
  chevron: <path d="M4 6l4 4 4-4" className="stroke" />,
  live: (
    <>
      <circle cx="8" cy="8" r="2" fill="currentColor" />
      <path d="M4.4 11.6a5 5 0 0 1 0-7.2M11.6 4.4a5 5 0 0 1 0 7.2" className="stroke" />
    </>
  ),
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ of, className }: { readonly of: IconName; readonly className?: string }) {
  return (
    <svg className={`icon ${className ?? ''}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {drawings[of]}
    </svg>
  );
}

/** The mark: a roof over two wheels, cut like a seal. */
export function Seal({ size }: { readonly size: number }) {
  return (
    <svg className="seal" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="6" fill="var(--seal)" />
      <g fill="none" stroke="#fff" strokeLinecap="round" strokeLinejoin="round">
        <path d="M5.5 14.5 16 7.5l10.5 7" strokeWidth="2.4" />
        <circle cx="11" cy="21" r="3.3" strokeWidth="1.9" />
        <circle cx="21" cy="21" r="3.3" strokeWidth="1.9" />
        <path d="M11 21l3.4-4.6h4.4L21 21M14.4 16.4l2.2 4.4" strokeWidth="1.4" />
      </g>
    </svg>
  );
}
