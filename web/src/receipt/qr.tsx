import { useMemo } from 'react';
import { encode } from 'uqr';

/** A QR code as one shape, black on white in every colour scheme: readers expect it so. */
export function Qr({ of, label }: { readonly of: string; readonly label: string }) {
  const { size, path } = useMemo(() => squares(of), [of]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

function squares(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size, path: path.join('') };
}
