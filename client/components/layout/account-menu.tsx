'use client';

import {
  CalendarPlus,
  LogIn,
  type LucideIcon,
  Menu as MenuIcon,
  Ticket,
  UserPlus,
  UserRound,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Menu, menuItem } from '@/components/ui/menu';
import { Link } from '@/i18n/link';
import type { User } from '@/lib/queries/types';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { SignOut } from './sign-out';

export function AccountMenu() {
  const t = useTranslations('nav');
  const { user, member } = useCurrentUser();
  return (
    <>
      {member ? null : (
        <Link
          href="/signin"
          className={buttonStyle({ look: 'quiet', size: 'small', className: 'max-sm:hidden' })}
        >
          {t('signIn')}
        </Link>
      )}
      <Menu label={t('menu')} trigger={<Face member={member} />}>
        {(close) => (
          <>
            {member ? <Name user={member} /> : null}
            <Entry href="/orders" icon={Ticket} close={close}>
              {t('orders')}
            </Entry>
            <Entry href="/sell" icon={CalendarPlus} close={close}>
              {t('sell')}
            </Entry>
            {member ? (
              <Entry href="/account" icon={UserRound} close={close}>
                {t('account')}
              </Entry>
            ) : null}
            <hr className="my-2 border-line" />
            {member ? null : <Doors close={close} />}
            {user ? <SignOut guest={!member} close={close} /> : null}
          </>
        )}
      </Menu>
    </>
  );
}

function Face({ member }: { member: User | null }) {
  if (!member) return <MenuIcon className="size-5" aria-hidden />;
  const initial = (member.name || member.email || '').charAt(0).toUpperCase();
  return (
    <span className="grid size-8 place-items-center rounded-full bg-ink font-semibold text-paper text-sm">
      {initial || <UserRound className="size-4" aria-hidden />}
    </span>
  );
}

function Name({ user }: { user: User }) {
  return (
    <div className="px-3 pt-2 pb-3">
      {user.name ? <p className="truncate font-semibold">{user.name}</p> : null}
      <p className="truncate text-muted text-sm">{user.email}</p>
    </div>
  );
}

interface Closing {
  close: () => void;
}

function Doors({ close }: Closing) {
  const t = useTranslations('nav');
  return (
    <>
      <Entry href="/signin" icon={LogIn} close={close}>
        {t('signIn')}
      </Entry>
      <Entry href="/signup" icon={UserPlus} close={close}>
        {t('signUp')}
      </Entry>
    </>
  );
}

interface EntryProps extends Closing {
  href: string;
  icon: LucideIcon;
  children: ReactNode;
}

function Entry({ href, icon: Icon, close, children }: EntryProps) {
  return (
    <Link href={href} className={menuItem} onClick={close}>
      <Icon className="size-5" aria-hidden />
      {children}
    </Link>
  );
}
