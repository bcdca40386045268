'use client';

import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  /** The order became this while somebody looked on: they are led here. */
  changed: boolean;
  className: string;
  children: ReactNode;
}

/** What an order is now. */
export function Headline({ changed, className, children }: Props) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (changed) ref.current?.focus();
  }, [changed]);
  return (
    <h1 ref={ref} tabIndex={-1} className={`${className} outline-none`}>
      {children}
    </h1>
  );
}
