import type { ReactNode } from 'react';

interface Props {
  name: string;
  value: string;
  checked: boolean;
  onChange: (value: string) => void;
  title: ReactNode;
  children?: ReactNode;
  icon?: ReactNode;
}

/** One of several ways: a radio button as large as the card that explains it. */
export function Choice({ name, value, checked, onChange, title, children, icon }: Props) {
  return (
    <label className="flex items-center gap-3 rounded-control border border-line-strong bg-surface p-4 transition-colors hover:border-ink has-checked:border-ink has-checked:ring-1 has-checked:ring-ink has-focus-visible:outline-3 has-focus-visible:outline-focus has-focus-visible:outline-offset-2">
      <input
        type="radio"
        className="size-5 accent-ink focus-visible:outline-none"
        {...{ name, value, checked }}
        onChange={() => onChange(value)}
      />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="font-semibold">{title}</span>
        {children ? <span className="text-muted text-sm">{children}</span> : null}
      </span>
      {icon}
    </label>
  );
}
