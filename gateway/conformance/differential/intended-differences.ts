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
]);
