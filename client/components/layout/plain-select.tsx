import type { ReactNode } from 'react';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

/** A small choice that needs no visible label. */
export function PlainSelect({ label, value, onChange, children }: Props) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="h-10 select-arrow rounded-full border border-line-strong bg-surface pl-4 text-sm hover:border-ink"
    >
      {children}
    </select>
  );
}
