'use client';

import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button';

interface Props {
  label: string;
  trigger: ReactNode;
  /** What is in it, told how to close it. */
  children: (close: () => void) => ReactNode;
}

/**
 * A button that shows a few links. It is a disclosure, not an ARIA menu: Tab
 * walks through it, Escape and a click elsewhere close it, and what was chosen may.
 */
export function Menu({ label, trigger, children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = ({ target }: Event) => {
      if (!(target instanceof Element) || root.current?.contains(target)) return;
      // A question that an entry asks is still about this menu.
      if (!target.closest('[role="dialog"]')) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from anywhere inside
    <div
      ref={root}
      className="relative"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !open) return;
        setOpen(false);
        root.current?.querySelector('button')?.focus();
      }}
    >
      <Button
        look="ghost"
        size="icon"
        className="w-auto px-3"
        aria-label={label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {trigger}
      </Button>
      <div
        id={id}
        hidden={!open}
        className="absolute top-full right-0 z-30 mt-2 w-64 animate-appear rounded-card border border-line bg-surface p-2 shadow-lift"
      >
        {children(() => setOpen(false))}
      </div>
    </div>
  );
}

export const menuItem =
  'flex min-h-11 w-full items-center gap-3 rounded-control px-3 text-left font-medium hover:bg-sunken';
