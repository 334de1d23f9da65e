/* A load client for AMQP 1.0 on Qpid Proton's C library: the protocol work is Proton's, so it measures the peer and not itself. */
#ifndef POSTROOM_LOAD_H
#define POSTROOM_LOAD_H

#include <proton/connection.h>
#include <proton/delivery.h>
#include <proton/event.h>
#include <proton/link.h>
#include <proton/listener.h>
#include <proton/message.h>
#include <proton/proactor.h>
#include <proton/sasl.h>
#include <proton/session.h>
#include <proton/transport.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *mode;
  const char *peer; /* host:port to connect to */
  const char *listen; /* host:port to listen on instead */
  const char *user;
  const char *password;
  const char *logins; /* file with lines "user password" */
  const char *latencies; /* file to write each request's time to, in microseconds, one a line */
  const char *address;
  double seconds;
  double rate; /* messages or logins per second; 0 is as fast as it goes */
  long count; /* messages to send or logins to try, or 0 for no limit */
  size_t size; /* bytes of the body */
  int window; /* credit of a receiver */
  int connections;
  int links; /* of all connections together */
  int addresses; /* 0: address as it is; else address followed by 0 .. addresses-1 */
  bool presettled;
  bool durable;
  bool raw; /* messages are neither encoded nor decoded */
} options_t;

/* Nanoseconds with their percentiles; holds the first million samples. */
typedef struct {
  uint64_t *values;
  size_t length;
} samples_t;

typedef struct {
  options_t options;
  pn_proactor_t *proactor;
  pn_listener_t *listener;
  volatile bool done;
} load_t;

typedef struct {
  /* Opens what the mode needs. */
  void (*start)(load_t *load);
  void (*event)(load_t *load, pn_event_t *event);
  /* SIGTERM: print what there is and end. */
  void (*stop)(load_t *load);
} mode_t_;

extern const mode_t_ send_mode, receive_mode, request_mode, reply_mode, crowd_mode, login_mode;

uint64_t now_nanoseconds(void);
void samples_add(samples_t *samples, uint64_t value);
/* Sorts, and answers the value at the fraction (0.5, 0.99) in microseconds. */
double samples_percentile(samples_t *samples, double fraction);
/* Writes them all to a file, in microseconds, one a line. */
void samples_write(const samples_t *samples, const char *path);

/* An open connection with the SASL login of the options (or of user and password), for the caller to put links on. */
pn_connection_t *load_connection(load_t *load, const char *user, const char *password);
/* Starts it; from then on it may be touched in its own events only. */
void load_connect(load_t *load, pn_connection_t *connection);
/* Ends the program with a sentence on standard error. */
void fail(const char *format, ...);
/* Fails with the peer's condition when the event closes something that should stay open. */
void fail_on_close(pn_event_t *event);
/* Sends what is left and ends the loop once the connection is closed. */
void finish(load_t *load, pn_connection_t *connection);

#endif
