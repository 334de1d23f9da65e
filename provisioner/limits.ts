/**
 * Every time limit and bound of the provisioner, in one place. A limit that is not here does not exist: code takes the
 * object (or a changed copy, in tests) rather than a number of its own.
 */
export const limits = {
  /** One connection to a management node. */
  management: {
    /** TCP, SASL, open and both links: longer means that the peer hangs, not that it is slow. */
    connectMs: 5_000,
    /** One request, from its sending to its reply. Artemis needs up to a second for a setting at 20,000 queues. */
    requestMs: 8_000,
    /** A page of all queues: 18.6 MB and 0.94 s at 21,000 queues, measured. */
    listRequestMs: 30_000,
    /** Routers drop pre-settled replies beyond their link capacity of 250; 64 keeps Artemis busy (about 1,050 queues/s). */
    maxInFlight: 64,
    /** So many of them are for urgent requests only: a peer that answers in turn makes each wait for those before it. */
    keptForUrgent: 32,
    /** Requests that wait for the window. More means that a caller forgot to batch: it is refused, not kept. */
    maxWaiting: 4_096,
    /** Silence after which the peer is taken for dead is twice this; rhea sends empty frames in between. */
    idleMs: 5_000,
    reconnect: { firstMs: 100, maxMs: 5_000 },
    /** For a polite end of a connection for messages; then its socket is destroyed. */
    closeMs: 500,
  },
  messages: {
    /** Removed by a broker in one of its transactions. */
    flushMessages: 1_000,
    /** Dead letters on the way back to their queue at a time: the largest of an address decide how many, up to a number. */
    onTheWayBytes: 16_777_216,
    maxOnTheWay: 256,
    /** One part of moving them; then its progress is written down. */
    partMs: 1_000,
  },
  inquiries: {
    /** Under way at a time: one may go through 2,000 messages. */
    atOnce: 8,
    /** Somebody waits for it, and the console a little longer than this. */
    answerMs: 5_000,
    /** An answer may hold messages; it is taken away at once, or removed after this when its console was killed. */
    keptMs: 30_000,
  },
  keycloak: {
    requestMs: 5_000,
    /** Requests at a time: creating a client costs Keycloak 8 to 14 ms of a core, and people log in there as well. */
    maxInFlight: 4,
    maxWaiting: 1_024,
    /** A token is renewed this long before it ends, so that it does not end on the way. */
    tokenLeewaySeconds: 15,
    /** How often Keycloak is asked whether it answers, so that waiting work goes on when it is back. */
    probeMs: 5_000,
    /** Tries of one request when Keycloak does not answer or answers 5xx; then the row's own back-off takes over. */
    tries: 2,
  },
  database: {
    maxConnections: 6,
    connectMs: 5_000,
    /** The longest statement claims or reads a full page of rows. */
    statementMs: 30_000,
    listenReconnect: { firstMs: 100, maxMs: 5_000 },
    /** The listening connection is asked this often whether it still lives: TCP alone would not tell for hours. */
    listenCheckMs: 10_000,
  },
  reconcile: {
    /** Slowest discovery of due work when an announcement was lost. The fast path never waits for it. */
    pollMs: 2_000,
    /** Rows under way in the lane that works through backlogs, oldest first: enough to fill the window of a broker. */
    backlogRows: 128,
    /** Rows under way in the lane that takes the newest first, so that one address overtakes a bulk job. */
    newestRows: 16,
    /** It takes only what became due so recently: it would else work off a backlog as well, in small and dear portions. */
    newestMs: 2_000,
    /** It claims as soon as so many places are free; the others wait for half of theirs. */
    newestClaimWhenFree: 3,
    /** With no more rows under way than this, an outcome is written at once; with more, it waits so long for others. */
    fewRows: 16,
    gatherMs: 40,
    spaceRows: 32,
    /** Each costs Keycloak a core for about 10 ms. */
    credentialRows: 16,
    /** How long a claim holds: after this another provisioner may take the row, so so long the rows of a killed one wait. */
    claimMs: 15_000,
    /** Work of one row; then it is given back with a reason. Below the claim, so that the claim outlives the work. */
    rowMs: 12_000,
    /** Delay before the next try of one row: doubled per try up to the maximum, with jitter of half its length. */
    backOff: { firstMs: 500, maxMs: 60_000 },
    /** Delay when a row waits for another one of ours: it is woken when that is done, so this is only the net below. */
    notYetMs: 1_000,
    /** The same where many may wait for one (subscriptions for their topic), and being woken cannot fail but by a kill. */
    wokenMs: 30_000,
    /** How long the counts by which addresses are placed on brokers may be old. */
    placementCountsMs: 5_000,
    /** After so many tries in a row that a part refused (not: did not answer), the row is Failed, and tried on slowly. */
    failedAfterTries: 8,
  },
  operations: {
    /** Under way at a time: each holds a database connection while it does a part. */
    atOnce: 4,
    /** One is given back after this, so that others get their turn. */
    sliceMs: 3_000,
    /** Ended ones are kept for so long. */
    keptDays: 30,
    forgetMs: 3_600_000,
    forgottenAtOnce: 5_000,
  },
  autoCreate: {
    /** How long a gateway keeps the question for the next wish before it answers that there is none. */
    pollMs: 20_000,
    /** Wishes that wait or are under way; more are left with their gateways, which bound them too. */
    maxWishes: 5_000,
    /** Addresses made in one transaction, under the lock of their space's quota. */
    batchRows: 50,
    /** Spaces worked on at a time: each holds a database connection meanwhile. */
    atOnce: 4,
    /** Slowest notice of an address having become Active when its announcement was lost. */
    checkMs: 500,
    /** Pause before a wish is tried again whose name is just being deleted, or that the database did not take. */
    retryMs: 200,
    /** A wish is answered after this at the latest; a little below the patience of gateways (8 s). */
    answerMs: 7_000,
    reconnect: { firstMs: 100, maxMs: 5_000 },
  },
  unusedAddresses: {
    /** An address that is to go when nobody uses it goes this much too late at most. */
    intervalMs: 10_000,
    batchRows: 200,
    /** Asking gateways and brokers about one address. */
    stepMs: 5_000,
  },
  mail: {
    /** Connecting, the server's greeting, or any silence of it. */
    stepMs: 5_000,
  },
  people: {
    /** Pieces of work for members under way: each is a few requests to Keycloak, one of which may hash a password (60 ms). */
    operations: 4,
  },
  platformRoles: {
    /** How often wishes are looked for. */
    intervalMs: 1_000,
    /** How often Keycloak is asked who holds a role, since that can be changed there as well. */
    readMs: 30_000,
    /** One pass, with all its requests. */
    passMs: 20_000,
    /** People shown for one role at most. */
    holders: 500,
    /** Wishes of one pass. */
    batchRows: 20,
  },
  testSessions: {
    /** How often logins are looked for that are due. */
    intervalMs: 5_000,
    /**
     * After so long a login with an open test client is looked at again. With the interval, the life of a ticket (30 s) and the pass
     * itself it stays below the minute within which somebody who is out in Keycloak is out here.
     */
    dueMs: 10_000,
    batchRows: 200,
    /** Two requests to Keycloak a person, four at a time, and a listing of connections for each that is ended. */
    passMs: 15_000,
  },
  credentialExpiry: {
    /** A credential works no longer than this past its end. */
    intervalMs: 1_000,
    batchRows: 500,
  },
  credentialUse: {
    intervalMs: 15_000,
    /** A row is not written again before this: somewhat less than a minute, so that each fourth round can write. */
    writeMs: 55_000,
    /** Listing what is in use, at all gateways. */
    stepMs: 30_000,
  },
  credentialLogins: {
    /** How often credentials in use are looked for that are due, and what a login that no longer holds has open is ended again. */
    intervalMs: 5_000,
    /** With the interval and the pass this stays below the minute within which a login that is out in Keycloak is out here. */
    dueMs: 30_000,
    batchRows: 200,
    /** One request to Keycloak a login, four at a time, and a listing of connections for each that is ended. */
    passMs: 15_000,
  },
  tenantDeletion: {
    /** One step of each tenant that is due; a deletion takes a few. */
    intervalMs: 5_000,
  },
  statistics: {
    /** Whoever samples holds the lease for so long after each pass; another takes over when it has run out. */
    leaseMs: 30_000,
    /** Reading one broker or gateway in a pass. */
    stepMs: 30_000,
    /** Addresses with traffic in one answer of a gateway. */
    pageAddresses: 20_000,
    /** Rows read or written by one statement. */
    pageRows: 5_000,
    /** Queues whose first message is looked up in one pass: one request each. */
    oldestPerPass: 200,
    /** A pass this many intervals after the last one begins anew: what came in between belongs to no sample. */
    gapIntervals: 3,
    /** How often history is rolled up, and partitions are made and dropped. */
    rollUpMs: 60_000,
    /** A bucket is rolled up when it has ended this long ago, so that a slow pass is in it. */
    rollUpDelayMs: 60_000,
  },
  clients: {
    /** Reading the clients of one gateway, or a page of their events, in a pass. */
    stepMs: 30_000,
    /** Connections or links in one answer of a gateway. */
    pageRows: 10_000,
    pageEvents: 5_000,
    /** Pages of events in one pass; the gateway keeps the rest, within its bound. */
    eventPages: 4,
    /** What a gateway had is kept for so long while it does not answer, and shown as no longer known; then it goes. */
    awayMs: 600_000,
    /** Connections closed in one part of an operation. */
    closedPerPart: 64,
    /** Rows written by one statement. */
    writeRows: 5_000,
    /** Events of one tenant that are stored: so many at once, and so many an hour on. What is more is counted. */
    eventsAtOnce: 5_000,
    eventsPerHour: 10_000,
  },
  rowRetention: {
    intervalMs: 3_600_000,
    batchRows: 5_000,
  },
  gateways: {
    /** Rows read from the database and told in one go while a gateway is brought up to date. */
    pageRows: 1_000,
    /** One step of it: a listing, or telling one page. */
    stepMs: 30_000,
    /** How often a connected gateway is asked whether it still knows everything, should a restart have gone unseen. */
    stateCheckMs: 5_000,
    resync: { firstMs: 250, maxMs: 10_000 },
  },
  drift: {
    /** The slow loop: desired state against what brokers and gateways have. */
    intervalMs: 60_000,
    /** One step of it: a listing, one page, one setting. */
    stepMs: 60_000,
    pageRows: 1_000,
    /** Settings of spaces looked at per round: each is a request of its own, so a random part is taken. */
    spacesPerRound: 100,
    /** Queues in one page of a listing: few large pages are cheaper than many small ones (measured). */
    pageQueues: 30_000,
    /** Tries of one page, which fails when queues are deleted in the same moment. */
    listTries: 10,
    /** Before the next try, times the number of tries so far. */
    listPauseMs: 50,
    /** Unknown queues named in the log; the rest is counted. */
    maxNamed: 20,
  },
  health: {
    /** One answer of the health port. */
    requestMs: 2_000,
    /** All of `/metrics/addresses`, to a reader that takes it. */
    addressMetricsMs: 30_000,
    maxRequests: 64,
  },
  shutdown: {
    /** Work under way may end by itself; what has not is left to the next claim. */
    graceMs: 5_000,
    /** Then the process ends, whatever hangs. */
    hardMs: 9_000,
  },
} as const;

export interface BackOffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

type Loose<T> = { readonly [Key in keyof T]: T[Key] extends number ? number : Loose<T[Key]> };

/** The shape of {@link limits}, with any numbers. */
export type Limits = Loose<typeof limits>;
