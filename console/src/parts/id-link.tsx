import { Link } from './link.tsx';

/** An id as a link: cut off on a phone, and whole on hover. */
export function IdLink({ place, id }: { readonly place: 'images' | 'batches'; readonly id: string }) {
  return (
    <Link path={[place, id]} class="id-link" title={id}>
      {id}
    </Link>
  );
}
