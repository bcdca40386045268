import { clsx } from 'clsx';

export interface Share {
  name: string;
  value: number;
  className: string;
}

/** Parts of a whole as one bar; what it shows is written beside it. */
export function ShareBar({ shares, whole }: { shares: readonly Share[]; whole: number }) {
  return (
    <div className="flex h-2.5 overflow-hidden rounded-full bg-sunken" aria-hidden>
      {shares.map(({ name, value, className }) => (
        <div
          key={name}
          className={clsx('h-full', className)}
          style={{ width: `${whole > 0 ? (100 * value) / whole : 0}%` }}
        />
      ))}
    </div>
  );
}
