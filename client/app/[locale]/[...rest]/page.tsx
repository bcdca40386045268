import { notFound } from 'next/navigation';

export const generateStaticParams = () => [];

/** Every address that is nothing else: the 404 page in the site's own frame. */
export default function Nowhere() {
  notFound();
}
