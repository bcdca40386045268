'use client';

import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  children?: ReactNode;
  actions: ReactNode;
}

/** A question that must be answered before anything else: a sheet on phones, a box elsewhere. */
export function Dialog({ open, onOpenChange, title, description, children, actions }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <Radix.Content className="fixed inset-x-0 bottom-0 z-50 flex animate-appear flex-col gap-4 rounded-t-card bg-surface p-6 shadow-lift sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[28rem] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card">
          <Radix.Title className="text-heading">{title}</Radix.Title>
          {description ? (
            <Radix.Description className="text-muted">{description}</Radix.Description>
          ) : null}
          {children}
          <div className="flex flex-col-reverse gap-2 pt-2 sm:flex-row sm:justify-end">
            {actions}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
