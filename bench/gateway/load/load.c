#include "load.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { max_frame_bytes = 65536 };

static load_t load;

uint64_t now_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

enum { max_samples = 1000000 };

void samples_add(samples_t *samples, uint64_t value) {
  if (!samples->values) samples->values = malloc(max_samples * sizeof(uint64_t));
  if (!samples->values) fail("no memory for the samples");
  if (samples->length < max_samples) samples->values[samples->length++] = value;
}

static int compare(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return a < b ? -1 : a > b;
}

double samples_percentile(samples_t *samples, double fraction) {
  if (samples->length == 0) return 0;
  qsort(samples->values, samples->length, sizeof(uint64_t), compare);
  return (double)samples->values[(size_t)(fraction * (double)(samples->length - 1))] / 1000.0;
}

void samples_write(const samples_t *samples, const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) fail("%s cannot be written", path);
  for (size_t i = 0; i < samples->length; i++) fprintf(file, "%.1f\n", (double)samples->values[i] / 1000.0);
  fclose(file);
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static void fail_with(const char *what, pn_condition_t *condition) {
  if (condition && pn_condition_is_set(condition)) {
    const char *description = pn_condition_get_description(condition);
    fail("%s: %s (%s)", what, pn_condition_get_name(condition), description ? description : "no description");
  }
  fail("%s without a reason", what);
}

void fail_on_close(pn_event_t *event) {
  switch (pn_event_type(event)) {
  case PN_LINK_REMOTE_DETACH:
  case PN_LINK_REMOTE_CLOSE:
    if (!(pn_link_state(pn_event_link(event)) & PN_LOCAL_CLOSED))
      fail_with("The peer detached a link", pn_link_remote_condition(pn_event_link(event)));
    break;
  case PN_SESSION_REMOTE_CLOSE:
    if (!(pn_session_state(pn_event_session(event)) & PN_LOCAL_CLOSED) && !(pn_connection_state(pn_event_connection(event)) & PN_LOCAL_CLOSED))
      fail_with("The peer ended the session", pn_session_remote_condition(pn_event_session(event)));
    break;
  case PN_CONNECTION_REMOTE_CLOSE:
    if (!(pn_connection_state(pn_event_connection(event)) & PN_LOCAL_CLOSED))
      fail_with("The peer closed the connection", pn_connection_remote_condition(pn_event_connection(event)));
    break;
  case PN_TRANSPORT_CLOSED: {
    pn_connection_t *connection = pn_event_connection(event);
    if (!connection || !(pn_connection_state(connection) & PN_LOCAL_CLOSED))
      fail_with("The connection broke", pn_transport_condition(pn_event_transport(event)));
    break;
  }
  default: break;
  }
}

pn_connection_t *load_connection(load_t *self, const char *user, const char *password) {
  static int serial;
  pn_connection_t *connection = pn_connection();
  char container[64];
  snprintf(container, sizeof container, "load-%d-%d", (int)getpid(), serial++);
  pn_connection_set_container(connection, container);
  if (!user) user = self->options.user, password = self->options.password;
  if (user) {
    pn_connection_set_user(connection, user);
    pn_connection_set_password(connection, password);
  }
  pn_connection_open(connection);
  return connection;
}

void load_connect(load_t *self, pn_connection_t *connection) {
  pn_transport_t *transport = pn_transport();
  pn_transport_set_max_frame(transport, max_frame_bytes);
  pn_sasl_t *sasl = pn_sasl(transport);
  pn_sasl_set_allow_insecure_mechs(sasl, true);
  pn_sasl_allowed_mechs(sasl, pn_connection_get_user(connection) ? "PLAIN" : "ANONYMOUS");
  pn_proactor_connect2(self->proactor, connection, transport, self->options.peer);
}

void finish(load_t *self, pn_connection_t *connection) {
  self->done = true;
  if (self->listener) pn_listener_close(self->listener);
  pn_connection_close(connection);
}

static const struct { const char *name; const mode_t_ *mode; } modes[] = {
  {"send", &send_mode}, {"receive", &receive_mode}, {"request", &request_mode},
  {"reply", &reply_mode}, {"crowd", &crowd_mode}, {"login", &login_mode},
};

static options_t read_options(int argc, char **argv) {
  options_t options = {.seconds = 5, .size = 100, .window = 1000, .connections = 1};
  static const struct option names[] = {
    {"peer", required_argument, 0, 'p'}, {"listen", required_argument, 0, 'l'}, {"user", required_argument, 0, 'u'},
    {"logins", required_argument, 0, 'f'}, {"latencies", required_argument, 0, 't'}, {"address", required_argument, 0, 'a'},
    {"seconds", required_argument, 0, 's'}, {"rate", required_argument, 0, 'r'}, {"count", required_argument, 0, 'n'},
    {"size", required_argument, 0, 'b'}, {"window", required_argument, 0, 'w'}, {"connections", required_argument, 0, 'c'},
    {"links", required_argument, 0, 'k'}, {"addresses", required_argument, 0, 'd'}, {"presettled", no_argument, 0, 'P'},
    {"durable", no_argument, 0, 'D'}, {"raw", no_argument, 0, 'R'}, {0, 0, 0, 0},
  };
  if (argc < 2) fail("usage: load send|receive|request|reply|crowd|login --peer host:port --address name [options]; the password is in LOAD_PASSWORD");
  options.mode = argv[1];
  options.password = getenv("LOAD_PASSWORD");
  for (int option; (option = getopt_long(argc - 1, argv + 1, "", names, NULL)) != -1;) {
    switch (option) {
    case 'p': options.peer = optarg; break;
    case 'l': options.listen = optarg; break;
    case 'u': options.user = optarg; break;
    case 'f': options.logins = optarg; break;
    case 't': options.latencies = optarg; break;
    case 'a': options.address = optarg; break;
    case 's': options.seconds = atof(optarg); break;
    case 'r': options.rate = atof(optarg); break;
    case 'n': options.count = atol(optarg); break;
    case 'b': options.size = (size_t)atol(optarg); break;
    case 'w': options.window = atoi(optarg); break;
    case 'c': options.connections = atoi(optarg); break;
    case 'k': options.links = atoi(optarg); break;
    case 'd': options.addresses = atoi(optarg); break;
    case 'P': options.presettled = true; break;
    case 'D': options.durable = true; break;
    case 'R': options.raw = true; break;
    default: exit(2);
    }
  }
  if (!options.peer && !options.listen) fail("--peer or --listen is missing");
  if (options.size < 16) fail("--size is at least 16, room for the time stamp");
  return options;
}

/* A thread of its own takes the signal, because only pn_proactor_interrupt may be called from elsewhere. */
static void *wait_for_signal(void *set) {
  int signal_number;
  sigwait(set, &signal_number);
  pn_proactor_interrupt(load.proactor);
  return NULL;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  load.options = read_options(argc, argv);
  const mode_t_ *mode = NULL;
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
    if (strcmp(modes[i].name, load.options.mode) == 0) mode = modes[i].mode;
  if (!mode) fail("no such mode: %s", load.options.mode);
  signal(SIGPIPE, SIG_IGN);
  static sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  load.proactor = pn_proactor();
  pthread_t thread;
  pthread_create(&thread, NULL, wait_for_signal, &signals);
  if (load.options.listen) {
    load.listener = pn_listener();
    pn_proactor_listen(load.proactor, load.listener, load.options.listen, 16);
  }
  mode->start(&load);
  for (bool active = true; active;) {
    pn_event_batch_t *batch = pn_proactor_wait(load.proactor);
    for (pn_event_t *event; (event = pn_event_batch_next(batch));) {
      switch (pn_event_type(event)) {
      case PN_PROACTOR_INACTIVE: active = false; break;
      case PN_PROACTOR_INTERRUPT: mode->stop(&load); break;
      case PN_LISTENER_CLOSE:
        if (!load.done) fail_with("Listening failed", pn_listener_condition(load.listener));
        break;
      case PN_LISTENER_OPEN: puts("{\"ready\":true}"); break;
      case PN_LISTENER_ACCEPT: {
        pn_transport_t *transport = pn_transport();
        pn_transport_set_server(transport);
        pn_transport_set_max_frame(transport, max_frame_bytes);
        pn_sasl_allowed_mechs(pn_sasl(transport), "ANONYMOUS");
        pn_transport_require_auth(transport, false);
        pn_listener_accept2(load.listener, NULL, transport);
        break;
      }
      default: mode->event(&load, event); break;
      }
    }
    pn_proactor_done(load.proactor, batch);
    
  }
  return 0;
}
