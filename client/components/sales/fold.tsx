'use client';

import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Card } from '@/components/ui/card';

interface Props {
  title: string;
  /** What it comes to, for whoever leaves it closed. */
  gist: ReactNode;
  children: ReactNode;
}

/** A part of a long page that a phone shows once it is asked to; open where there is room. */
export function Fold({ title, gist, children }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <Card className="relative flex flex-col gap-4">
      <div className="flex flex-col gap-1">
        <h2 className="text-heading max-sm:hidden">{title}</h2>
        <h2 className="sm:hidden">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className={clsx(
              'flex w-full items-center justify-between text-left text-heading',
              !open && 'after:absolute after:inset-0 after:rounded-card',
            )}
          >
            {title}
            <ChevronDown
              className={clsx('size-5 text-muted transition-transform', open && 'rotate-180')}
              aria-hidden
            />
          </button>
        </h2>
        {open ? null : <p className="text-pretty text-muted text-sm sm:hidden">{gist}</p>}
      </div>
      <div id={id} className={clsx('flex flex-col gap-4', !open && 'max-sm:hidden')}>
        {children}
      </div>
    </Card>
  );
}
