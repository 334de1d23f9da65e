/** Where the gateway answers otherwise than Artemis on purpose, by name of the exchange; each with its reason. */
export const intendedDifferences: ReadonlyMap<string, { readonly reason: string; readonly straight: unknown; readonly through: unknown }> = new Map([
  [
    "a session flow with echo is answered with the session's state",
    { reason: "part 2, section 2.7.4: echo asks for a flow; Artemis sends none", straight: { failed: "No sign of a frame flow within 4000 ms" }, through: [0, "undefined", true, false] },
  ],
  [
    "a link of the same name in another session of the connection",
    { reason: "part 2, section 2.6.1: the later attach steals the link; Artemis lets both be", straight: ["same", []], through: ["same", [":amqp:link:stolen"]] },
  ],
  [
    "an incoming window of 1 lets one frame through at a time",
    { reason: "part 2, section 2.5.6: a new window lets the next frame through; Artemis sends none", straight: { failed: "No sign of a frame transfer within 4000 ms" }, through: ["1", "other", 1, "2"] },
  ],
]);

/** What the gateway does not do yet though Artemis does, by name of the exchange; each goes from here when it is done. */
export const openDifferences: ReadonlySet<string> = new Set([
  "a durable subscription can be asked for with a null source and ended",
  "a dynamic source gives an address to which others can send",
  "a sender without an address sends to what each message names",
  "the open says that anonymous senders and shared subscriptions are offered",
  "a coordinator link is attached with its capabilities",
]);
