/** The same drawing as icon.svg. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="logo-ground" />
      <path d="M9 18.5 13.5 13l4 4.8 2.2-2.6L23 19.2" class="logo-line" />
      <circle cx="21" cy="10.6" r="1.9" class="logo-dot" />
      <path d="M8 23.5h16" class="logo-line logo-faint" />
    </svg>
  );
}
