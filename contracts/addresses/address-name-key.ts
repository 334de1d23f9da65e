/** The form under which names collide: `a/b` and `a.b` are the same address; case matters. */
export function addressNameKey(name: string): string {
  return name.replaceAll("/", ".");
}
