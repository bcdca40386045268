import type { ReactNode } from 'react';
import { Poster } from '@/components/ui/poster';

/** The way in: a form, and beside it, where there is room, something to come in for. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-md gap-16 px-4 pt-10 sm:pt-16 lg:max-w-5xl lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)] lg:px-6">
      <div className="flex flex-col gap-8">
        <h1 className="text-title">{title}</h1>
        {children}
      </div>
      <div className="min-h-120 overflow-hidden rounded-card max-lg:hidden" aria-hidden>
        <Poster id="the way in" />
      </div>
    </div>
  );
}
