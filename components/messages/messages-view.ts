import { maxBrowsedMessages, messagesPerPage, messageSources, type BrowseMessages } from "#contracts/messages/message.ts";
import type { ViewCodec } from "#components/frame/url-view.ts";

/** Everything that the messages of an address show, as it stands in the URL. */
export type MessagesView = Pick<BrowseMessages, "source" | "selector" | "order" | "skip">;

/** Reads a view from a query string; what it does not know is left out rather than refused, since people edit URLs. */
export function parseMessagesView(parameters: URLSearchParams): MessagesView {
  const skip = Number(parameters.get("skip") ?? 0);
  return {
    source: messageSources.find((source) => source === parameters.get("from")) ?? "queue",
    selector: (parameters.get("selector") ?? "").slice(0, 1_000),
    order: parameters.get("order") === "newest" ? "newest" : "oldest",
    skip: Number.isInteger(skip) && skip > 0 ? Math.min(skip, maxBrowsedMessages - messagesPerPage) : 0,
  };
}

/** The shortest query string that gives the view back, with its question mark. */
export function formatMessagesView({ source, selector, order, skip }: MessagesView): string {
  const parameters = new URLSearchParams();
  if (source !== "queue") parameters.set("from", source);
  if (selector !== "") parameters.set("selector", selector);
  if (order !== "oldest") parameters.set("order", order);
  if (skip > 0) parameters.set("skip", String(skip));
  const query = parameters.toString();
  return query === "" ? "" : `?${query}`;
}

export const messagesCodec: ViewCodec<MessagesView> = { parse: parseMessagesView, format: formatMessagesView };
