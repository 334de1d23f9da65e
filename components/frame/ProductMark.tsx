/** The product's mark: three letters sorted into the slots of a post room's shelf, one of them on its way. */
export function ProductMark({ title }: { title?: string }) {
  return (
    <svg viewBox="0 0 32 32" width="1em" height="1em" role={title === undefined ? undefined : "img"} aria-hidden={title === undefined} aria-label={title}>
      <rect x="1" y="1" width="30" height="30" rx="8" fill="#0b5cd5" />
      <path d="M7 9.5h9.5a5.5 5.5 0 0 1 0 11H12V25" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round" />
      <path d="M7 15h7.5" fill="none" stroke="#8fd3ff" strokeWidth="3.2" strokeLinecap="round" />
      <circle cx="24.5" cy="24.5" r="2.6" fill="#8fd3ff" />
    </svg>
  );
}
