import type { ReactNode } from 'react';
import { MemberGate } from '@/components/sell/member-gate';
import { SellMessages } from '@/i18n/sell-messages';

export default function SellLayout({ children }: { children: ReactNode }) {
  return (
    <SellMessages>
      <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6 sm:pt-12">
        <MemberGate>{children}</MemberGate>
      </div>
    </SellMessages>
  );
}
