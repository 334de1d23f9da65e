/* Modes request and reply: one request at a time, answered to its reply-to address. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { buffer_bytes = 1 << 20, warm_up_requests = 500 };

static struct {
  pn_connection_t *connection;
  pn_session_t *session;
  pn_link_t *sender, *receiver;
  pn_message_t *message;
  char *buffer;
  char reply_to[1024]; /* of the request last answered */
  uint64_t sent_at, started;
  long requests;
  samples_t latency;
  bool waiting, reported;
} work;

static void open_session(load_t *load) {
  work.buffer = malloc(buffer_bytes);
  work.message = pn_message();
  work.connection = load_connection(load, NULL, NULL);
  work.session = pn_session(work.connection);
  pn_session_open(work.session);
}

static void send_message(pn_link_t *link, pn_message_t *message) {
  size_t size = buffer_bytes;
  if (pn_message_encode(message, work.buffer, &size) != 0) fail("a message could not be encoded");
  uint64_t tag = (uint64_t)work.requests;
  pn_delivery(link, pn_dtag((const char *)&tag, sizeof tag));
  pn_link_send(link, work.buffer, size);
  pn_link_advance(link);
}

/* True when the delivery was a whole message, which is then in work.message and accepted. */
static bool take_message(pn_delivery_t *delivery) {
  pn_link_t *link = pn_delivery_link(delivery);
  if (!pn_link_is_receiver(link) || !pn_delivery_readable(delivery) || pn_delivery_partial(delivery)) return false;
  size_t size = pn_delivery_pending(delivery);
  if (size > buffer_bytes) fail("a message of %zu bytes came back", size);
  pn_link_recv(link, work.buffer, size);
  if (pn_message_decode(work.message, work.buffer, size) != 0) fail("a message could not be decoded");
  pn_delivery_update(delivery, PN_ACCEPTED);
  pn_delivery_settle(delivery);
  if (pn_link_credit(link) < 50) pn_link_flow(link, 100 - pn_link_credit(link));
  return true;
}

static void settle_sent(pn_delivery_t *delivery) {
  if (!pn_link_is_sender(pn_delivery_link(delivery)) || !pn_delivery_updated(delivery) || pn_delivery_remote_state(delivery) == 0) return;
  if (pn_delivery_remote_state(delivery) != PN_ACCEPTED) fail("a message was not accepted (state 0x%lx)", (unsigned long)pn_delivery_remote_state(delivery));
  pn_delivery_settle(delivery);
}

/* ---- request ---- */

static void request_start(load_t *load) {
  open_session(load);
  work.receiver = pn_receiver(work.session, "replies");
  pn_terminus_set_dynamic(pn_link_source(work.receiver), true);
  pn_link_open(work.receiver);
  pn_link_flow(work.receiver, 100);
  work.sender = pn_sender(work.session, "requests");
  pn_terminus_set_address(pn_link_target(work.sender), load->options.address);
  pn_link_open(work.sender);
  load_connect(load, work.connection);
}

static void request_next(load_t *load) {
  const char *reply_to = pn_terminus_get_address(pn_link_remote_source(work.receiver));
  if (work.waiting || work.reported || pn_link_credit(work.sender) <= 0 || !reply_to || !*reply_to) return;
  if (!work.started) work.started = now_nanoseconds();
  char *body = calloc(1, load->options.size);
  pn_message_clear(work.message);
  pn_message_set_inferred(work.message, true);
  pn_message_set_reply_to(work.message, reply_to);
  pn_data_put_binary(pn_message_body(work.message), pn_bytes(load->options.size, body));
  free(body);
  work.waiting = true;
  work.sent_at = now_nanoseconds();
  send_message(work.sender, work.message);
}

static void request_report(load_t *load) {
  if (work.reported) return;
  work.reported = true;
  if (load->options.latencies) samples_write(&work.latency, load->options.latencies);
  printf("{\"requests\":%ld,\"p50Microseconds\":%.0f,\"p99Microseconds\":%.0f,\"maxMicroseconds\":%.0f}\n", work.requests,
         samples_percentile(&work.latency, 0.5), samples_percentile(&work.latency, 0.99), samples_percentile(&work.latency, 1));
  finish(load, work.connection);
}

static void request_event(load_t *load, pn_event_t *event) {
  switch (pn_event_type(event)) {
  case PN_LINK_REMOTE_OPEN:
  case PN_LINK_FLOW:
    request_next(load);
    break;
  case PN_DELIVERY:
    settle_sent(pn_event_delivery(event));
    if (take_message(pn_event_delivery(event))) {
      uint64_t now = now_nanoseconds();
      work.waiting = false;
      work.requests++;
      if (work.requests > warm_up_requests) samples_add(&work.latency, now - work.sent_at);
      if ((double)(now - work.started) / 1e9 >= load->options.seconds) request_report(load);
    }
    request_next(load);
    break;
  default: fail_on_close(event);
  }
}

static void request_stop(load_t *load) {
  request_report(load);
  pn_connection_wake(work.connection);
}

const mode_t_ request_mode = {request_start, request_event, request_stop};

/* ---- reply ---- */

static void reply_start(load_t *load) {
  open_session(load);
  work.receiver = pn_receiver(work.session, "requests");
  pn_terminus_set_address(pn_link_source(work.receiver), load->options.address);
  pn_link_open(work.receiver);
  pn_link_flow(work.receiver, 100);
  load_connect(load, work.connection);
}

static void reply_now(void) {
  if (!work.waiting || !work.sender || pn_link_credit(work.sender) <= 0) return;
  work.waiting = false;
  pn_message_set_address(work.message, work.reply_to);
  pn_message_set_reply_to(work.message, NULL);
  send_message(work.sender, work.message);
}

static void reply_event(load_t *load, pn_event_t *event) {
  (void)load;
  switch (pn_event_type(event)) {
  case PN_LINK_REMOTE_OPEN:
    if (pn_event_link(event) == work.receiver) puts("{\"ready\":true}");
    break;
  case PN_LINK_FLOW: reply_now(); break;
  case PN_DELIVERY:
    settle_sent(pn_event_delivery(event));
    if (take_message(pn_event_delivery(event))) {
      const char *reply_to = pn_message_get_reply_to(work.message);
      if (!reply_to) fail("a request came without a reply-to address");
      if (strcmp(work.reply_to, reply_to) != 0) {
        if (work.sender) pn_link_close(work.sender);
        snprintf(work.reply_to, sizeof work.reply_to, "%s", reply_to);
        char name[32];
        snprintf(name, sizeof name, "reply-%ld", work.requests);
        work.sender = pn_sender(work.session, name);
        pn_terminus_set_address(pn_link_target(work.sender), work.reply_to);
        pn_link_open(work.sender);
      }
      work.requests++;
      work.waiting = true;
      reply_now();
    }
    break;
  case PN_LINK_REMOTE_CLOSE:
  case PN_LINK_REMOTE_DETACH:
    /* The requester's reply node goes with the requester. */
    if (pn_event_link(event) == work.receiver) fail_on_close(event);
    break;
  default: fail_on_close(event);
  }
}

static void reply_stop(load_t *self) {
  printf("{\"requests\":%ld}\n", work.requests);
  finish(self, work.connection);
  pn_connection_wake(work.connection);
}

const mode_t_ reply_mode = {reply_start, reply_event, reply_stop};
