import { type ReactNode, useLayoutEffect, useRef } from 'react';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

/** A small choice that needs no visible label. */
export function PlainSelect({ label, value, onChange, children }: Props) {
  const ref = useRef<HTMLSelectElement>(null);
  useLayoutEffect(() => {
    const chosen = ref.current?.value ?? value;
    if (chosen !== value) onChange(chosen); // before the page's scripts were there
  });
  return (
    <select
      ref={ref}
      aria-label={label}
      autoComplete="off"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="h-10 select-arrow rounded-full border border-line-strong bg-surface pl-4 text-sm hover:border-ink"
    >
      {children}
    </select>
  );
}
