import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return (
    <div
      className={clsx('rounded-card border border-line bg-surface p-5 sm:p-6', className)}
      {...rest}
    />
  );
}

/** A card torn off along a dotted line: what is below the line hangs on what is above. */
export function Stub({ className, children, ...rest }: ComponentProps<'div'>) {
  return (
    <div className={clsx('rounded-card bg-surface shadow-lift', className)} {...rest}>
      {children}
    </div>
  );
}

/** The tear line between two parts of a stub, with a notch at each end. */
export function TearLine() {
  return (
    <div className="relative h-5" aria-hidden>
      <div className="absolute inset-x-6 top-1/2 border-line border-t-2 border-dashed" />
      <div className="absolute top-0 -left-2.5 size-5 rounded-full bg-paper" />
      <div className="absolute top-0 -right-2.5 size-5 rounded-full bg-paper" />
    </div>
  );
}
