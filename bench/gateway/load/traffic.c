/*
 * Modes send and receive: one link each. As in an application, each message is built and encoded, and decoded and read; with --raw
 * the same bytes go out again and again and nobody reads them, which leaves only the protocol. The last 8 bytes of the body
 * are a time stamp in every 64th message, and a mark in the last.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { stamp_every = 64, tick_milliseconds = 5, message_overhead_bytes = 256 };
static const uint64_t end_mark = UINT64_MAX;

/* ---- send ---- */

static struct {
  pn_link_t *link;
  pn_message_t *message;
  char *body;
  char *bytes; /* the encoded message; its last 8 bytes are those of the body */
  size_t length;
  uint64_t started, ended;
  long sent, settled, accepted, other;
  bool over, finished;
} sending;

static void encode_message(const options_t *options, uint64_t stamp) {
  memcpy(sending.body + options->size - 8, &stamp, 8);
  pn_message_clear(sending.message);
  pn_message_set_durable(sending.message, options->durable);
  pn_message_set_inferred(sending.message, true);
  pn_message_set_id(sending.message, (pn_msgid_t){.type = PN_ULONG, .u.as_ulong = (uint64_t)sending.sent});
  pn_data_put_binary(pn_message_body(sending.message), pn_bytes(options->size, sending.body));
  sending.length = options->size + message_overhead_bytes;
  if (pn_message_encode(sending.message, sending.bytes, &sending.length) != 0) fail("the message could not be encoded");
}

static void send_start(load_t *load) {
  sending.message = pn_message();
  sending.body = calloc(1, load->options.size);
  sending.bytes = malloc(load->options.size + message_overhead_bytes);
  encode_message(&load->options, 0);
  pn_connection_t *connection = load_connection(load, NULL, NULL);
  pn_session_t *session = pn_session(connection);
  pn_session_set_outgoing_window(session, 100000);
  pn_session_open(session);
  sending.link = pn_sender(session, "load");
  pn_terminus_set_address(pn_link_target(sending.link), load->options.address);
  pn_link_set_snd_settle_mode(sending.link, load->options.presettled ? PN_SND_SETTLED : PN_SND_UNSETTLED);
  pn_link_open(sending.link);
  load_connect(load, connection);
}

static void send_one(const options_t *options, uint64_t stamp) {
  if (options->raw) memcpy(sending.bytes + sending.length - 8, &stamp, 8);
  else encode_message(options, stamp);
  uint64_t tag = (uint64_t)sending.sent;
  pn_delivery_t *delivery = pn_delivery(sending.link, pn_dtag((const char *)&tag, sizeof tag));
  pn_link_send(sending.link, sending.bytes, sending.length);
  pn_link_advance(sending.link);
  sending.sent++;
  if (options->presettled) {
    pn_delivery_settle(delivery);
    sending.settled++;
    sending.accepted++;
  }
}

static void send_pending(load_t *load) {
  const options_t *options = &load->options;
  if (sending.finished) return;
  uint64_t now = now_nanoseconds();
  if (!sending.started && pn_link_credit(sending.link) > 0) sending.started = now;
  if (!sending.started) return;
  double elapsed = (double)(now - sending.started) / 1e9;
  if (!sending.over && elapsed >= options->seconds) sending.over = true;
  long allowed = options->rate > 0 ? (long)(elapsed * options->rate) + 1 : INT64_MAX;
  while (!sending.over && sending.sent < allowed && pn_link_credit(sending.link) > 0) {
    if (options->count > 0 && sending.sent >= options->count) {
      sending.over = true;
      break;
    }
    send_one(options, sending.sent % stamp_every == 0 ? now_nanoseconds() : 0);
  }
  if (sending.over && !sending.ended && pn_link_credit(sending.link) > 0) {
    sending.ended = now_nanoseconds();
    send_one(options, end_mark);
  }
  if (sending.ended && sending.settled == sending.sent) {
    sending.finished = true;
    double seconds = (double)(sending.ended - sending.started) / 1e9;
    printf("{\"sent\":%ld,\"accepted\":%ld,\"other\":%ld,\"seconds\":%.3f,\"perSecond\":%.0f}\n", sending.sent, sending.accepted,
           sending.other, seconds, (double)sending.sent / seconds);
    finish(load, pn_session_connection(pn_link_session(sending.link)));
  }
}

static void send_event(load_t *load, pn_event_t *event) {
  switch (pn_event_type(event)) {
  case PN_LINK_REMOTE_OPEN:
    if (load->options.rate > 0) pn_proactor_set_timeout(load->proactor, tick_milliseconds);
    break;
  case PN_PROACTOR_TIMEOUT:
    /* Links may only be touched in a batch of their connection. */
    pn_connection_wake(pn_session_connection(pn_link_session(sending.link)));
    if (!sending.ended) pn_proactor_set_timeout(load->proactor, tick_milliseconds);
    break;
  case PN_LINK_FLOW:
  case PN_CONNECTION_WAKE:
    send_pending(load);
    break;
  case PN_DELIVERY: {
    pn_delivery_t *delivery = pn_event_delivery(event);
    if (pn_delivery_updated(delivery) && pn_delivery_remote_state(delivery) != 0) {
      if (pn_delivery_remote_state(delivery) == PN_ACCEPTED) sending.accepted++;
      else sending.other++;
      pn_delivery_settle(delivery);
      sending.settled++;
      if (sending.over || sending.settled % 64 == 0) send_pending(load);
    }
    break;
  }
  default: fail_on_close(event);
  }
}

static void send_stop(load_t *load) {
  sending.over = true;
  pn_connection_wake(pn_session_connection(pn_link_session(sending.link)));
  (void)load;
}

const mode_t_ send_mode = {send_start, send_event, send_stop};

/* ---- receive ---- */

static struct {
  pn_connection_t *connection;
  pn_message_t *message;
  char *buffer;
  size_t capacity;
  long received;
  uint64_t bytes, first, last;
  samples_t latency;
  bool reported;
} receiving;

static void receive_start(load_t *load) {
  receiving.message = pn_message();
  receiving.capacity = 1 << 16;
  receiving.buffer = malloc(receiving.capacity);
  if (load->options.listen) return;
  receiving.connection = load_connection(load, NULL, NULL);
  pn_session_t *session = pn_session(receiving.connection);
  pn_session_open(session);
  pn_link_t *link = pn_receiver(session, "load");
  pn_terminus_set_address(pn_link_source(link), load->options.address);
  pn_link_open(link);
  pn_link_flow(link, load->options.window);
  load_connect(load, receiving.connection);
}

static void receive_report(load_t *load) {
  if (receiving.reported) return;
  receiving.reported = true;
  double seconds = (double)(receiving.last - receiving.first) / 1e9;
  printf("{\"received\":%ld,\"seconds\":%.3f,\"perSecond\":%.0f,\"p50Microseconds\":%.0f,\"p99Microseconds\":%.0f}\n", receiving.received,
         seconds, seconds > 0 ? (double)receiving.received / seconds : 0, samples_percentile(&receiving.latency, 0.5),
         samples_percentile(&receiving.latency, 0.99));
  if (receiving.connection) finish(load, receiving.connection);
  else if (load->listener) {
    load->done = true;
    pn_listener_close(load->listener);
  }
}

static uint64_t read_stamp(size_t size) {
  uint64_t stamp = 0;
  if (pn_message_decode(receiving.message, receiving.buffer, size) != 0) fail("a message could not be decoded");
  pn_data_t *data = pn_message_body(receiving.message);
  pn_data_rewind(data);
  if (!pn_data_next(data) || pn_data_type(data) != PN_BINARY) fail("a message came without its body");
  pn_bytes_t body = pn_data_get_binary(data);
  if (body.size >= 8) memcpy(&stamp, body.start + body.size - 8, 8);
  return stamp;
}

static void receive_delivery(load_t *load, pn_delivery_t *delivery) {
  if (!pn_delivery_readable(delivery) || pn_delivery_partial(delivery)) return;
  pn_link_t *link = pn_delivery_link(delivery);
  size_t size = pn_delivery_pending(delivery);
  if (size > receiving.capacity) {
    receiving.capacity = size;
    receiving.buffer = realloc(receiving.buffer, size);
  }
  pn_link_recv(link, receiving.buffer, size);
  uint64_t stamp = 0;
  if (load->options.raw) {
    if (size >= 8) memcpy(&stamp, receiving.buffer + size - 8, 8);
  } else {
    stamp = read_stamp(size);
  }
  if (!pn_delivery_settled(delivery)) pn_delivery_update(delivery, PN_ACCEPTED);
  pn_delivery_settle(delivery);
  if (pn_link_credit(link) <= load->options.window / 2) pn_link_flow(link, load->options.window - pn_link_credit(link));
  receiving.received++;
  receiving.bytes += size;
  if (receiving.received == 1) receiving.first = now_nanoseconds();
  if (stamp != 0 || receiving.received % 256 == 0) receiving.last = now_nanoseconds();
  if (stamp != 0 && stamp != end_mark) samples_add(&receiving.latency, receiving.last - stamp);
  if (stamp == end_mark) receive_report(load);
}

static void receive_event(load_t *load, pn_event_t *event) {
  switch (pn_event_type(event)) {
  case PN_CONNECTION_REMOTE_OPEN:
    if (load->options.listen) {
      receiving.connection = pn_event_connection(event);
      pn_connection_open(receiving.connection);
    }
    break;
  case PN_SESSION_REMOTE_OPEN:
    if (load->options.listen) {
      pn_session_set_incoming_capacity(pn_event_session(event), 1 << 26);
      pn_session_open(pn_event_session(event));
    }
    break;
  case PN_LINK_REMOTE_OPEN: {
    pn_link_t *link = pn_event_link(event);
    if (load->options.listen) {
      pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
      pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
      pn_link_open(link);
      pn_link_flow(link, load->options.window);
    } else {
      puts("{\"ready\":true}");
    }
    break;
  }
  case PN_DELIVERY: receive_delivery(load, pn_event_delivery(event)); break;
  case PN_CONNECTION_REMOTE_CLOSE:
    /* The sender that was connected to us has ended. */
    if (load->options.listen && !pn_condition_is_set(pn_connection_remote_condition(pn_event_connection(event)))) {
      pn_connection_close(pn_event_connection(event));
      break;
    }
    fail_on_close(event);
    break;
  case PN_SESSION_REMOTE_CLOSE:
  case PN_LINK_REMOTE_CLOSE:
    if (!load->options.listen) fail_on_close(event);
    break;
  default: fail_on_close(event);
  }
}

static void receive_stop(load_t *load) {
  if (receiving.received > 0 && receiving.last == 0) receiving.last = now_nanoseconds();
  receive_report(load);
  if (receiving.connection) pn_connection_wake(receiving.connection);
}

const mode_t_ receive_mode = {receive_start, receive_event, receive_stop};
