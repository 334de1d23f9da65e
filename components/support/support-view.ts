import { causes, type Cause } from "#contracts/addresses/explanation.ts";
import { topMeasures, type TopMeasure } from "#contracts/support/support.ts";
import type { ViewCodec } from "#components/frame/url-view.ts";

const maxSearchCharacters = 200;

/** What *Trouble now* shows, as it stands in the URL. */
export interface TroubleView {
  readonly search: string;
  readonly cause: readonly Cause[];
}

/** Reads a view from a query string; what it does not know is left out, since people edit URLs. */
export function parseTroubleView(parameters: URLSearchParams): TroubleView {
  return { search: words(parameters.get("search")), cause: causes.filter((cause) => parameters.getAll("cause").includes(cause)) };
}

/** The shortest query string that gives the view back, with its question mark. */
export function formatTroubleView({ search, cause }: TroubleView): string {
  const parameters = new URLSearchParams();
  if (search !== "") parameters.set("search", search);
  for (const each of cause) parameters.append("cause", each);
  const query = parameters.toString();
  return query === "" ? "" : `?${query}`;
}

export const troubleCodec: ViewCodec<TroubleView> = { parse: parseTroubleView, format: formatTroubleView };

/** What addresses are ranked by. */
export const topCodec: ViewCodec<{ readonly by: TopMeasure }> = {
  parse: (parameters) => ({ by: topMeasures.find((measure) => measure === parameters.get("by")) ?? "depth" }),
  format: ({ by }) => (by === "depth" ? "" : `?by=${by}`),
};

/** What is searched for. */
export const searchCodec: ViewCodec<{ readonly text: string }> = {
  parse: (parameters) => ({ text: words(parameters.get("q")) }),
  format: ({ text }) => (words(text) === "" ? "" : `?${new URLSearchParams({ q: words(text) }).toString()}`),
};

function words(text: string | null): string {
  return (text ?? "").trim().slice(0, maxSearchCharacters);
}
