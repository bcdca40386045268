import { Minus, Plus } from 'lucide-react';
import { buttonStyle } from './button';
import { useHydrated } from './use-hydrated';

interface Props {
  value: number;
  max: number;
  disabled?: boolean;
  onChange: (value: number) => void;
  /** Whose quantity it is, read with the value. */
  label: string;
  fewer: string;
  more: string;
}

/** A quantity: two buttons around a number, and arrow keys on the number itself. */
export function Stepper({ value, max, disabled, onChange, label, fewer, more }: Props) {
  // Until the page's script is there, nothing chosen would be kept: so nothing can be.
  const ready = useHydrated();
  const change = (next: number) => onChange(Math.min(max, Math.max(0, next)));
  return (
    <fieldset className="flex items-center gap-1" aria-label={label} disabled={disabled || !ready}>
      <StepButton name={fewer} disabled={value <= 0} onClick={() => change(value - 1)}>
        <Minus className="size-4" aria-hidden />
      </StepButton>
      <input
        className="h-11 w-11 rounded-control bg-transparent text-center font-semibold text-lg tabular-nums"
        aria-label={label}
        inputMode="numeric"
        value={value}
        onChange={({ target }) => change(Number(target.value.replace(/\D/g, '')) || 0)}
        onFocus={({ target }) => target.select()}
        onKeyDown={({ key }) => {
          if (key === 'ArrowUp') change(value + 1);
          if (key === 'ArrowDown') change(value - 1);
        }}
      />
      <StepButton name={more} disabled={value >= max} onClick={() => change(value + 1)}>
        <Plus className="size-4" aria-hidden />
      </StepButton>
    </fieldset>
  );
}

function StepButton({
  name,
  disabled,
  onClick,
  children,
}: {
  name: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={name}
      // Not `disabled`: at its end the button keeps the keyboard's focus.
      aria-disabled={disabled || undefined}
      onClick={disabled ? undefined : onClick}
      className={buttonStyle({
        look: 'quiet',
        size: 'icon',
        className: 'disabled:opacity-100 aria-disabled:hover:border-line-strong',
      })}
    >
      {children}
    </button>
  );
}
