import { clsx } from 'clsx';
import type { ReactNode } from 'react';

export function Skeleton({ className }: { className?: string }) {
  return (
    <div className={clsx('animate-shimmer rounded-control bg-sunken', className)} aria-hidden />
  );
}

/** A part of a page that is on its way: shapes for the eye, one word for the ear. */
export function Loading({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="status">
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}
