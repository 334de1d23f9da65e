import { describe, expect, it } from "vitest";
import { formatMessagesView, parseMessagesView, type MessagesView } from "./messages-view.ts";

const plain: MessagesView = { source: "queue", selector: "", order: "oldest", skip: 0 };

describe("the view of messages in the URL", () => {
  it("comes back as it was written, and is empty for the plain view", () => {
    const view: MessagesView = { source: "dead-letters", selector: "region = 'eu' AND n > 3", order: "newest", skip: 50 };
    expect(parseMessagesView(new URLSearchParams(formatMessagesView(view)))).toEqual(view);
    expect(formatMessagesView(plain)).toBe("");
  });

  it("takes what it does not know for the plain view, and no page past the bound", () => {
    expect(parseMessagesView(new URLSearchParams("from=x&order=y&skip=-3"))).toEqual(plain);
    expect(parseMessagesView(new URLSearchParams("skip=1e9"))).toEqual({ ...plain, skip: 1_975 });
  });
});
