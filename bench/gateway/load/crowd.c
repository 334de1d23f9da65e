/* Mode crowd: connections with links that only exist. Mode login: connections that log in, open and close again. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- crowd ---- */

enum { opening_at_once = 50 };

static struct {
  pn_connection_t **connections;
  int started, open, attached;
  uint64_t begun;
} crowd;

static void crowd_connect(load_t *load) {
  const options_t *options = &load->options;
  int index = crowd.started++;
  pn_connection_t *connection = load_connection(load, NULL, NULL);
  crowd.connections[index] = connection;
  /* Spread the links so that the last connection has its share too. */
  int from = (int)((int64_t)options->links * index / options->connections);
  int to = (int)((int64_t)options->links * (index + 1) / options->connections);
  pn_session_t *session = pn_session(connection);
  pn_session_open(session);
  for (int number = from; number < to; number++) {
    char name[512];
    snprintf(name, sizeof name, "link-%d", number);
    pn_link_t *link = pn_receiver(session, name);
    if (options->addresses > 0) snprintf(name, sizeof name, "%s%d", options->address, number % options->addresses);
    else snprintf(name, sizeof name, "%s", options->address);
    pn_terminus_set_address(pn_link_source(link), name);
    pn_link_open(link);
    pn_link_flow(link, options->window);
  }
  load_connect(load, connection);
}

static void crowd_start(load_t *load) {
  crowd.connections = calloc((size_t)load->options.connections, sizeof *crowd.connections);
  crowd.begun = now_nanoseconds();
  for (int i = 0; i < opening_at_once && crowd.started < load->options.connections; i++) crowd_connect(load);
}

static void crowd_ready(load_t *load) {
  if (crowd.open == load->options.connections && crowd.attached == load->options.links)
    printf("{\"ready\":true,\"connections\":%d,\"links\":%d,\"seconds\":%.3f}\n", crowd.open, crowd.attached,
           (double)(now_nanoseconds() - crowd.begun) / 1e9);
}

static void crowd_event(load_t *load, pn_event_t *event) {
  switch (pn_event_type(event)) {
  case PN_CONNECTION_REMOTE_OPEN:
    crowd.open++;
    if (crowd.started < load->options.connections) crowd_connect(load);
    crowd_ready(load);
    break;
  case PN_LINK_REMOTE_OPEN:
    if (pn_terminus_get_type(pn_link_remote_source(pn_event_link(event))) == PN_UNSPECIFIED) break; /* a detach with the reason follows */
    crowd.attached++;
    crowd_ready(load);
    break;
  case PN_CONNECTION_WAKE:
    if (load->done) pn_connection_close(pn_event_connection(event));
    break;
  default:
    if (!load->done) fail_on_close(event);
  }
}

static void crowd_stop(load_t *load) {
  load->done = true;
  for (int i = 0; i < crowd.started; i++) pn_connection_wake(crowd.connections[i]);
}

const mode_t_ crowd_mode = {crowd_start, crowd_event, crowd_stop};

/* ---- login ---- */

typedef struct { char user[200], password[200]; } login_t;
typedef struct { uint64_t begun; bool open; } attempt_t;

static struct {
  login_t *logins;
  int login_count, next;
  long started, succeeded, failed;
  int running;
  uint64_t begun;
  samples_t latency;
  char reason[400];
} storm;

static void read_logins(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail("%s cannot be read", path);
  login_t login;
  while (fscanf(file, "%199s %199s", login.user, login.password) == 2) {
    storm.logins = realloc(storm.logins, (size_t)(storm.login_count + 1) * sizeof login);
    storm.logins[storm.login_count++] = login;
  }
  fclose(file);
  if (storm.login_count == 0) fail("%s has no login", path);
}

static bool storm_over(const load_t *load) {
  return load->done || (load->options.count > 0 && storm.started >= load->options.count) ||
         (double)(now_nanoseconds() - storm.begun) / 1e9 >= load->options.seconds;
}

static void login_fill(load_t *load) {
  double elapsed = (double)(now_nanoseconds() - storm.begun) / 1e9;
  while (!storm_over(load) && storm.running < load->options.connections && (load->options.rate == 0 || storm.started < (long)(elapsed * load->options.rate) + 1)) {
    const login_t *login = &storm.logins[storm.next++ % storm.login_count];
    pn_connection_t *connection = load_connection(load, login->user, login->password);
    attempt_t *attempt = calloc(1, sizeof *attempt);
    attempt->begun = now_nanoseconds();
    pn_connection_set_context(connection, attempt);
    load_connect(load, connection);
    storm.started++;
    storm.running++;
  }
}

static void login_start(load_t *load) {
  if (!load->options.logins) fail("--logins is missing");
  read_logins(load->options.logins);
  storm.begun = now_nanoseconds();
  login_fill(load);
  pn_proactor_set_timeout(load->proactor, 5);
}

static void login_report(void) {
  double seconds = (double)(now_nanoseconds() - storm.begun) / 1e9;
  printf("{\"logins\":%ld,\"failed\":%ld,\"seconds\":%.3f,\"perSecond\":%.1f,\"p50Microseconds\":%.0f,\"p99Microseconds\":%.0f}\n", storm.succeeded,
         storm.failed, seconds, (double)storm.succeeded / seconds, samples_percentile(&storm.latency, 0.5), samples_percentile(&storm.latency, 0.99));
  if (storm.failed) fprintf(stderr, "%ld logins failed, the first one: %s\n", storm.failed, storm.reason);
}

static void login_event(load_t *load, pn_event_t *event) {
  switch (pn_event_type(event)) {
  case PN_PROACTOR_TIMEOUT:
    login_fill(load);
    if (storm_over(load) && storm.running == 0) login_report();
    else pn_proactor_set_timeout(load->proactor, 5);
    break;
  case PN_CONNECTION_REMOTE_OPEN: {
    attempt_t *attempt = pn_connection_get_context(pn_event_connection(event));
    attempt->open = true;
    samples_add(&storm.latency, now_nanoseconds() - attempt->begun);
    pn_connection_close(pn_event_connection(event));
    break;
  }
  case PN_TRANSPORT_CLOSED: {
    pn_connection_t *connection = pn_event_connection(event);
    attempt_t *attempt = pn_connection_get_context(connection);
    pn_condition_t *condition = pn_transport_condition(pn_event_transport(event));
    storm.running--;
    if (attempt->open) storm.succeeded++;
    else if (storm.failed++ == 0) {
      snprintf(storm.reason, sizeof storm.reason, "%s (%s)", pn_condition_is_set(condition) ? pn_condition_get_name(condition) : "closed",
               pn_condition_is_set(condition) && pn_condition_get_description(condition) ? pn_condition_get_description(condition) : "no description");
    }
    pn_connection_set_context(connection, NULL);
    free(attempt);
    break;
  }
  default: break;
  }
}

static void login_stop(load_t *load) { load->done = true; }

const mode_t_ login_mode = {login_start, login_event, login_stop};
