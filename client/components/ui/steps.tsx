import { clsx } from 'clsx';
import { Check } from 'lucide-react';

export interface Step {
  name: string;
  state: 'done' | 'now' | 'next';
}

/** How far along a purchase is. */
export function Steps({ label, steps, done }: { label: string; steps: Step[]; done: string }) {
  return (
    <ol aria-label={label} className="flex items-center gap-2 text-sm">
      {steps.map(({ name, state }, index) => (
        <li
          key={name}
          aria-current={state === 'now' ? 'step' : undefined}
          className={clsx(
            'flex items-center gap-2 not-last:after:ml-1 not-last:after:h-px not-last:after:w-4 not-last:after:bg-line-strong sm:not-last:after:w-8',
            state === 'next' ? 'text-muted' : 'font-semibold',
          )}
        >
          <span
            className={clsx(
              'grid size-6 place-items-center rounded-full text-xs',
              state === 'next' ? 'border border-line-strong' : 'bg-ink text-paper',
            )}
            aria-hidden
          >
            {state === 'done' ? <Check className="size-3.5" /> : index + 1}
          </span>
          {name}
          {state === 'done' ? <span className="sr-only">{done}</span> : null}
        </li>
      ))}
    </ol>
  );
}
