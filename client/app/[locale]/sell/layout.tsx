import type { ReactNode } from 'react';
import { SellersGate } from '@/components/sell/sellers-gate';
import { MemberMessages } from '@/i18n/member-messages';

export default function SellLayout({ children }: { children: ReactNode }) {
  return (
    <MemberMessages>
      <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6 sm:pt-12">
        <SellersGate>{children}</SellersGate>
      </div>
    </MemberMessages>
  );
}
