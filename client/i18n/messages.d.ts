import type sell from '../messages/en/sell.json';
import type site from '../messages/en/site.json';
import type { Locale } from './locales';

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof site & typeof sell;
  }
}
