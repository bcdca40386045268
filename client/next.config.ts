import type { NextConfig } from 'next';

/** Pages of one person's things: a single static shell each, the id is read in the browser. */
const SHELLS = ['orders', 'sell/events', 'sell/tickets', 'sell/sales', 'sell/door'];
const ID = ':id([0-9a-fA-F-]{36})';

const config: NextConfig = {
  output: 'standalone',
  poweredByHeader: false,
  // A page is renewed every few seconds while people ask for it; after a quiet time the first of
  // them waits for what is true now. Without this it may be a year old.
  expireTime: 60,
  compress: false, // the gateway compresses; page headers need the plain HTML
  images: { unoptimized: true },
  experimental: {
    isrFlushToDisk: false, // containers have a read-only disk, and memory is bounded
  },
  turbopack: {
    root: import.meta.dirname,
    resolveAlias: {
      // Messages are compiled at build time: no ICU parser reaches the browser.
      'use-intl/format-message': 'use-intl/format-message/format-only',
    },
    rules: {
      './messages/**/*.json': { loaders: ['./scripts/icu-loader.cjs'], as: '*.js' },
    },
  },
  async redirects() {
    return [
      { source: '/en', destination: '/', permanent: true },
      { source: '/en/:path((?!.*opengraph-image).*)', destination: '/:path', permanent: true },
    ];
  },
  async rewrites() {
    return [
      ...SHELLS.map((path) => ({
        source: `/de/${path}/${ID}`,
        destination: `/de/${path}/view`,
      })),
      ...SHELLS.map((path) => ({
        source: `/${path}/${ID}`,
        destination: `/en/${path}/view`,
      })),
      {
        source: '/:path((?!de/|de$|en/|en$|_next/).*)',
        destination: '/en/:path',
      },
    ];
  },
};

export default config;
