'use client';

import './globals.css';

/** The frame itself broke, and with it the catalogue: said in English, with nothing else needed. */
export default function GlobalError() {
  return (
    <html lang="en">
      <head>
        <title>Something broke</title>
      </head>
      <body>
        <main className="mx-auto flex max-w-2xl flex-col items-start gap-6 px-4 py-24">
          <h1 className="text-display">Something broke on our side.</h1>
          <p className="text-lg text-muted">
            Please try again. What you have ordered is under{' '}
            <a href="/orders" className="underline underline-offset-4">
              My orders
            </a>
            .
          </p>
          <button
            type="button"
            onClick={() => window.location.reload()}
            className="h-11 rounded-full bg-ink px-6 font-semibold text-paper"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
