import '../globals.css';
import type { Metadata, Viewport } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { Footer } from '@/components/layout/footer';
import { Header } from '@/components/layout/header';
import { HoldBanner } from '@/components/layout/hold-banner';
import { Providers } from '@/components/layout/providers';
import { themeScript } from '@/components/layout/theme-script';
import { WaitingBanner } from '@/components/layout/waiting-banner';
import { isLocale, locales } from '@/i18n/locales';
import { translator } from '@/i18n/server';
import { SiteMessages } from '@/i18n/site-messages';
import { preloadFonts } from '../fonts';

interface Props {
  children: ReactNode;
  params: Promise<{ locale: string }>;
}

export const generateStaticParams = () => locales.map((locale) => ({ locale }));

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf8f4' },
    { media: '(prefers-color-scheme: dark)', color: '#131110' },
  ],
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params;
  if (!isLocale(locale)) return {};
  const t = translator(locale);
  return {
    metadataBase: new URL(process.env.PUBLIC_URL ?? 'http://localhost:8080'),
    title: { default: t('meta.title'), template: `%s · ${t('nav.name')}` },
    description: t('meta.description'),
    openGraph: { siteName: t('nav.name'), locale, type: 'website' },
  };
}

export default async function Layout({ children, params }: Props) {
  const { locale } = await params;
  if (!isLocale(locale)) notFound();
  const t = translator(locale);
  preloadFonts();
  return (
    <html lang={locale} suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body className="flex flex-col">
        <a
          href="#main"
          className="sr-only z-50 rounded-full bg-ink px-5 py-3 font-semibold text-paper focus:not-sr-only focus:absolute focus:m-3"
        >
          {t('nav.skip')}
        </a>
        <SiteMessages locale={locale}>
          <Providers>
            <Header locale={locale} />
            <HoldBanner />
            <main id="main" tabIndex={-1} className="flex-1 outline-none">
              {children}
            </main>
            <Footer locale={locale} />
            <WaitingBanner />
          </Providers>
        </SiteMessages>
      </body>
    </html>
  );
}
