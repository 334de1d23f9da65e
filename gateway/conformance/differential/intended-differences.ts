/** Where the gateway answers otherwise than Artemis on purpose, by name of the exchange; each with its reason. */
export const intendedDifferences: ReadonlyMap<string, { readonly reason: string; readonly straight: unknown; readonly through: unknown }> = new Map([
  [
    "a session flow with echo is answered with the session's state",
    { reason: "part 2, section 2.7.4: echo asks for a flow; Artemis sends none", straight: "no flow", through: [0, "undefined", true, false] },
  ],
  [
    "a link of the same name in another session of the connection",
    { reason: "part 2, section 2.6.1: the later attach steals the link; Artemis lets both be", straight: ["same", []], through: ["same", [":amqp:link:stolen"]] },
  ],
  [
    "an incoming window of 1 lets one frame through at a time",
    { reason: "part 2, section 2.5.6: a new window lets the next frame through; Artemis sends none", straight: { failed: "No sign of a frame transfer" }, through: ["1", "other", 1, "2"] },
  ],
  [
    "a reply that nobody has taken yet is not settled",
    { reason: "design, section 5: a reply address is in the gateway and keeps nothing; the outcome is the one who asked's own", straight: "settled before it is taken", through: "settled when it is taken" },
  ],
  [
    "a message for an address that is not there is rejected, and the sender lives on",
    { reason: "part 3, section 2.8.18, has amqp:not-found for it; Artemis says failed, which no standard knows", straight: ["rejected", ":failed", "accepted"], through: ["rejected", ":amqp:not-found", "accepted"] },
  ],
]);
