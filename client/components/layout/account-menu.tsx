'use client';

import {
  CalendarPlus,
  LogIn,
  LogOut,
  Menu as MenuIcon,
  Ticket,
  UserPlus,
  UserRound,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Menu, menuItem } from '@/components/ui/menu';
import { Link, useRouter } from '@/i18n/link';
import type { User } from '@/lib/queries/types';
import { useSignOut } from '@/lib/queries/use-become';
import { useCurrentUser } from '@/lib/queries/use-current-user';

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
        {member ? <Name user={member} /> : null}
        <Entry href="/orders" icon={<Ticket className="size-5" aria-hidden />}>
          {t('orders')}
        </Entry>
        <Entry href="/sell" icon={<CalendarPlus className="size-5" aria-hidden />}>
          {t('sell')}
        </Entry>
        {member ? (
          <Entry href="/account" icon={<UserRound className="size-5" aria-hidden />}>
            {t('account')}
          </Entry>
        ) : null}
        <hr className="my-2 border-line" />
        {member ? null : <Doors />}
        {user ? <SignOut guest={!member} /> : null}
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

function Doors() {
  const t = useTranslations('nav');
  return (
    <>
      <Entry href="/signin" icon={<LogIn className="size-5" aria-hidden />}>
        {t('signIn')}
      </Entry>
      <Entry href="/signup" icon={<UserPlus className="size-5" aria-hidden />}>
        {t('signUp')}
      </Entry>
    </>
  );
}

function SignOut({ guest }: { guest: boolean }) {
  const t = useTranslations('nav');
  const router = useRouter();
  const signOut = useSignOut();
  // This entry is gone once nobody is signed in, and with it the callbacks of `mutate`.
  const leave = () =>
    signOut.mutateAsync().then(
      () => router.push('/'),
      () => undefined,
    );
  return (
    <button type="button" className={menuItem} onClick={leave}>
      <LogOut className="size-5" aria-hidden />
      {guest ? t('leaveGuest') : t('signOut')}
    </button>
  );
}

function Entry({ href, icon, children }: { href: string; icon: ReactNode; children: ReactNode }) {
  return (
    <Link href={href} className={menuItem}>
      {icon}
      {children}
    </Link>
  );
}
