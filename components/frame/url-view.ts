"use client";
import { useSearchParams } from "next/navigation";

/** How a screen's view stands in a query string; the codec of a screen never changes. */
export interface ViewCodec<View extends object> {
  /** Leaves out what it does not know, since people edit URLs. */
  readonly parse: (parameters: URLSearchParams) => View;
  /** The shortest query string that gives the view back, with its question mark; empty for the usual view. */
  readonly format: (view: View) => string;
}

/** What changes in a view; as a function where it depends on what is chosen already. */
export type ViewChange<View extends object> = Partial<View> | ((view: View) => Partial<View>);

/** What a change comes to in this view. */
export function changesIn<View extends object>(view: View, change: ViewChange<View>): Partial<View> {
  return typeof change === "function" ? change(view) : change;
}

/** The list with the member, if it was not in it; otherwise without. */
export function toggled<T>(list: readonly T[], member: T): T[] {
  return list.includes(member) ? list.filter((each) => each !== member) : [...list, member];
}

/** The codec of a view that is nothing but words to search for. */
export function searchOnlyCodec(maxCharacters: number): ViewCodec<{ readonly search: string }> {
  return {
    parse: (parameters) => ({ search: (parameters.get("search") ?? "").slice(0, maxCharacters) }),
    format: ({ search }) => (search === "" ? "" : `?${new URLSearchParams({ search }).toString()}`),
  };
}

/** The path and query after a change of the view in `search`. */
export function changedUrl<View extends object>({ parse, format }: ViewCodec<View>, pathname: string, search: string, change: ViewChange<View>): string {
  const view = parse(new URLSearchParams(search));
  return `${pathname}${format({ ...view, ...changesIn(view, change) })}`;
}

/**
 * The view of the screen, held by its URL: a link, a reload, and *back* from another page all give it again. A choice changes the entry
 * of the history in place, so that *back* leaves the screen and does not undo choices one by one.
 */
export function useUrlView<View extends object>(codec: ViewCodec<View>): readonly [view: View, show: (change: ViewChange<View>) => void] {
  const view = codec.parse(new URLSearchParams(useSearchParams()));
  // The address bar itself, at once, and nothing asked of the server: what is rendered may be older than the choice before this one.
  const show = (change: ViewChange<View>): void => window.history.replaceState(null, "", changedUrl(codec, window.location.pathname, window.location.search, change));
  return [view, show];
}
