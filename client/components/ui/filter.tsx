'use client';

import { clsx } from 'clsx';

interface Props<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; name: string }[];
  onChange: (value: Value) => void;
}

/** A row of pills of which one is chosen, to narrow a list. */
export function Filter<Value extends string>({ label, value, options, onChange }: Props<Value>) {
  return (
    <fieldset
      aria-label={label}
      className="-mx-4 flex min-w-0 gap-2 overflow-x-auto px-4 py-1 sm:mx-0 sm:px-0"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={clsx(
            'h-10 shrink-0 rounded-full border px-4 font-medium text-sm transition-colors',
            option.value === value
              ? 'border-ink bg-ink text-paper'
              : 'border-line-strong hover:border-ink',
          )}
        >
          {option.name}
        </button>
      ))}
    </fieldset>
  );
}
