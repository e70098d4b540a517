/*
** run_simulation.c - see run_simulation.h: unchanged scripts as the programs of a simulation.
**
** The spec is { seed =, fault_ms =, quiet_ms =, messages =, lines =, max_runs =, max_same_runs =,
**   nodes = { { name =, host =, has_main =, restarts =, entry = spec of instance.load,
**     next = the same, after a reload, input = { { text or nil, time =, never = }, ... } }, ... },
**   limits = { crash = { use =, every =, duration =, amount =, nodes = { n, ... } }, ... },
**   schedule = { { kind =, time =, duration =, amount =, node =, peer =, choice =, silent = }, ...
*} }
** with times in ms and nodes by number from 1. The result is { ended =, hash =,
** counts =, statuses =, schedule =, history =, failed = { node =, reason = } }.
** scripts/simulation/one_run.lua makes this of a topology file.
*/

#include "bindings/program/run_simulation.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lauxlib.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/lua/fields.h"
#include "bindings/lua/values.h"
#include "bindings/program/boot_images.h"
#include "bindings/program/coverage.h"
#include "bindings/program/node_events.h"
#include "bindings/program/node_script.h"
#include "bindings/program/timed_run.h"
#include "bindings/task/script.h"
#include "host/sim/fault_kinds.h"
#include "host/sim/sim_world.h"

#define SIM_CLASS "sloop.sim"

enum { REASON_SIZE = 1024, US_PER_MS = 1000 };

/* What a node is booted from: bytes that the spec's Lua strings keep. */
struct entry {
  const char *bytes;
  size_t size;
  const char *next; /* of the code it changes to at a reload; NULL: none */
  size_t next_size;
};

struct simulation {
  struct sim *sim;
  struct entry *entries;
  bool *nodes; /* for the limits: a row a kind */
  int count;
  bool lines; /* count lines, not functions */
  int failed; /* the node that could not be booted; -1 none */
  char reason[REASON_SIZE];
};

static int simulation_gc(lua_State *L) {
  struct simulation *self = luaL_checkudata(L, 1, SIM_CLASS);
  if (self->sim != NULL) sim_world_free(self->sim);
  free(self->entries);
  free(self->nodes);
  *self = (struct simulation){0};
  return 0;
}

/* ---- programs ---- */

/* A script whose role is loaded, and which keeps no more memory than it needs. */
static struct script *load(struct simulation *self, int node, struct world *world) {
  struct entry *entry = &self->entries[node];
  struct script *script = boot_images_find(self->sim, node, world, entry->bytes, entry->size);
  if (script != NULL) return script;
  bool usage;
  script =
      node_script_load(world, entry->bytes, entry->size, self->reason, sizeof self->reason, &usage);
  if (script == NULL) return NULL;
  if (sim_world_compact(self->sim, node) != 0) {
    snprintf(self->reason, sizeof self->reason, "not enough memory");
    script_free(script);
    return NULL;
  }
  boot_images_keep(self->sim, node, script, entry->bytes, entry->size);
  return script;
}

static void *boot(void *context, int node, struct world *world) {
  struct simulation *self = context;
  world->user = &node_user;
  struct script *script = load(self, node, world);
  if (script != NULL && !node_script_build(script, self->reason, sizeof self->reason)) {
    script = NULL;
  }
  if (script == NULL) {
    self->failed = node;
  } else {
    script->logs_end = true;
    coverage_watch(script->L, self->lines);
    world->functions->watch_signal(world, SIGHUP, true);
  }
  return script;
}

static void upgrade(void *context, int node) {
  struct simulation *self = context;
  struct entry *entry = &self->entries[node];
  if (entry->next == NULL) return;
  *entry = (struct entry){.bytes = entry->next, .size = entry->next_size};
}

static void halt(void *context, int node, void *program) {
  (void)context, (void)node;
  script_free(program);
}

/* ---- from the spec ---- */

/* A field { least, most }, times 'unit'. */
static struct sim_range range_field(lua_State *L, int index, const char *name, double unit) {
  struct sim_range range = {0, 0};
  if (lua_getfield(L, index, name) == LUA_TTABLE) {
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    range.least = (int64_t)(luaL_checknumber(L, -2) * unit);
    range.most = (int64_t)(luaL_checknumber(L, -1) * unit);
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
  return range;
}

/* Amounts are us for what delays or steps, else plain numbers. */
static double unit_of(int kind) {
  return fault_kinds_is_timed((enum sim_fault_kind)kind) ? US_PER_MS : 1;
}

static void read_limit(lua_State *L, struct simulation *self, int kind, struct sim_limit *limit) {
  static const char *const uses[] = {"maybe", "never", "always", NULL};
  int index = lua_gettop(L);
  lua_getfield(L, index, "use");
  limit->use = (enum sim_use)luaL_checkoption(L, -1, "maybe", uses);
  lua_pop(L, 1);
  limit->every = range_field(L, index, "every", US_PER_MS);
  limit->duration = range_field(L, index, "duration", US_PER_MS);
  limit->amount = range_field(L, index, "amount", unit_of(kind));
  if (lua_getfield(L, index, "nodes") == LUA_TTABLE) {
    bool *row = self->nodes + (ptrdiff_t)kind * self->count;
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
      lua_Integer node = luaL_checkinteger(L, -1);
      if (node >= 1 && node <= self->count) row[node - 1] = true;
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
    limit->nodes = row;
  }
  lua_pop(L, 1);
}

static void read_options(lua_State *L, struct simulation *self, struct sim_run_options *options) {
  options->seed = (uint64_t)fields_integer(L, 1, "seed", 1);
  options->fault_us = fields_ms(L, 1, "fault_ms", options->fault_us);
  options->quiet_us = fields_ms(L, 1, "quiet_ms", options->quiet_us);
  options->max_runs = (uint64_t)fields_integer(L, 1, "max_runs", (lua_Integer)options->max_runs);
  options->max_same_runs = (uint64_t)fields_integer(L, 1, "max_same_runs", 0);
  bool messages = fields_boolean(L, 1, "messages");
  self->lines = fields_boolean(L, 1, "lines");
  for (int kind = SIM_SENT; kind < SIM_EVENT_KINDS; kind++) options->keep[kind] = messages;
  if (lua_getfield(L, 1, "limits") == LUA_TTABLE) {
    for (int kind = 0; kind < SIM_FAULT_KINDS; kind++) {
      if (lua_getfield(L, -1, fault_kinds_get(kind)->name) == LUA_TTABLE) {
        read_limit(L, self, kind, &options->limits[kind]);
      }
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

/* The lines of standard input of the node whose spec is at this index; the spec keeps their
** bytes. */
static void read_input(lua_State *L, struct simulation *self, int index, int spec) {
  if (lua_getfield(L, spec, "input") != LUA_TTABLE) return;
  int count = (int)lua_rawlen(L, -1);
  struct sim_line *lines = lua_newuserdatauv(L, sizeof *lines * (size_t)(count + 1), 0);
  for (int i = 0; i < count; i++) {
    lua_rawgeti(L, -2, i + 1);
    int item = lua_gettop(L);
    lua_rawgeti(L, item, 1);
    lines[i] = (struct sim_line){0};
    lines[i].bytes = lua_tolstring(L, -1, &lines[i].size);
    lines[i].time = fields_boolean(L, item, "never") ? WORLD_NEVER : fields_ms(L, item, "time", 0);
    lua_settop(L, item - 1);
  }
  if (sim_world_set_input(self->sim, index, lines, count) != 0) luaL_error(L, "not enough memory");
}

/* Add the node whose spec is on top. */
static void add_node(lua_State *L, struct simulation *self, int index) {
  int spec = lua_gettop(L);
  lua_getfield(L, spec, "name");
  lua_getfield(L, spec, "host");
  lua_getfield(L, spec, "entry");
  size_t size;
  const char *bytes = luaL_checklstring(L, -1, &size);
  self->entries[index] = (struct entry){.bytes = bytes, .size = size};
  lua_getfield(L, spec, "next");
  self->entries[index].next = lua_tolstring(L, -1, &self->entries[index].next_size);
  lua_pop(L, 1);
  bool ends = fields_boolean(L, spec, "has_main"), restarts = fields_boolean(L, spec, "restarts");
  const char *name = luaL_checkstring(L, -3), *host = lua_tostring(L, -2);
  if (sim_world_add_node(self->sim, name, host, ends, restarts) < 0) {
    luaL_error(L, "cannot simulate: %s", class_error_text(errno));
  }
  read_input(L, self, index, spec);
  lua_settop(L, spec);
}

/* A node's number in a fault, of 1 .. count, or what 'otherwise' says. */
static int node_field(lua_State *L, struct simulation *self, const char *name, int otherwise) {
  lua_Integer node = fields_integer(L, -1, name, 0);
  return node >= 1 && node <= self->count ? (int)node - 1 : otherwise;
}

static void read_fault(lua_State *L, struct simulation *self, struct sim_fault *fault) {
  int index = lua_gettop(L);
  lua_getfield(L, index, "kind");
  int kind = fault_kinds_find(luaL_checkstring(L, -1));
  if (kind < 0) luaL_error(L, "there is no fault '%s'", lua_tostring(L, -1));
  lua_pop(L, 1);
  fault->kind = (enum sim_fault_kind)kind;
  fault->time = fields_ms(L, index, "time", 0);
  fault->duration = fields_ms(L, index, "duration", 0);
  lua_getfield(L, index, "amount");
  fault->amount = (int64_t)(luaL_optnumber(L, -1, 0) * unit_of(kind));
  lua_pop(L, 1);
  fault->node = node_field(L, self, "node", 0);
  bool any = fields_boolean(L, index, "any_peer");
  fault->peer = node_field(L, self, "peer", any ? SIM_ANY : SIM_ALL);
  fault->choice = (uint32_t)fields_integer(L, index, "choice", 0);
  fault->silent = fields_boolean(L, index, "silent");
  if (lua_getfield(L, index, "aim") == LUA_TSTRING) {
    fault->aim = fault_kinds_find_aim(lua_tostring(L, -1));
  }
  lua_pop(L, 1);
}

static void read_schedule(lua_State *L, struct simulation *self) {
  if (lua_getfield(L, 1, "schedule") == LUA_TTABLE) {
    int count = (int)lua_rawlen(L, -1);
    struct sim_fault *faults =
        lua_newuserdatauv(L, sizeof *faults * (size_t)(count > 0 ? count : 1), 0);
    memset(faults, 0, sizeof *faults * (size_t)(count > 0 ? count : 1));
    for (int i = 0; i < count; i++) {
      lua_rawgeti(L, -2, i + 1);
      read_fault(L, self, &faults[i]);
      lua_pop(L, 1);
    }
    if (sim_world_set_schedule(self->sim, faults, count) != 0) {
      luaL_error(L, "cannot set the schedule: %s", class_error_text(errno));
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static struct simulation *prepare(lua_State *L) {
  struct simulation *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (struct simulation){.failed = -1};
  luaL_setmetatable(L, SIM_CLASS);
  lua_toclose(L, -1);
  lua_getfield(L, 1, "nodes");
  int nodes = lua_gettop(L);
  luaL_checktype(L, nodes, LUA_TTABLE);
  self->count = (int)lua_rawlen(L, nodes);
  self->entries = calloc((size_t)self->count + 1, sizeof *self->entries);
  self->nodes = calloc((size_t)(self->count + 1) * SIM_FAULT_KINDS, sizeof *self->nodes);
  if (self->entries == NULL || self->nodes == NULL) luaL_error(L, "not enough memory");
  struct sim_run_options options = sim_world_defaults();
  read_options(L, self, &options);
  struct sim_program program = {.boot = boot, .halt = halt, .upgrade = upgrade, .context = self};
  self->sim = sim_world_new(&options, &program);
  if (self->sim == NULL) luaL_error(L, "cannot simulate: %s", class_error_text(errno));
  for (int i = 0; i < self->count; i++) {
    lua_rawgeti(L, nodes, i + 1);
    add_node(L, self, i);
    lua_pop(L, 1);
  }
  read_schedule(L, self);
  return self;
}

/* ---- the result ---- */

static void set_integer(lua_State *L, const char *name, int64_t value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

static void push_counts(lua_State *L, struct sim *sim) {
  struct sim_counts counts = sim_world_counts(sim);
  lua_createtable(L, 0, 6);
  set_integer(L, "runs", (int64_t)counts.runs);
  set_integer(L, "turns", (int64_t)counts.turns);
  set_integer(L, "events", (int64_t)counts.events);
  set_integer(L, "messages", (int64_t)counts.messages);
  set_integer(L, "dropped", (int64_t)counts.dropped);
  set_integer(L, "ms", counts.us / US_PER_MS);
}

static void push_schedule(lua_State *L, struct sim *sim) {
  int count;
  const struct sim_fault *faults = sim_world_schedule(sim, &count);
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    node_events_push_fault(L, &faults[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

static void push_statuses(lua_State *L, struct simulation *self) {
  lua_createtable(L, self->count, 0);
  for (int i = 0; i < self->count; i++) {
    int status = sim_world_status(self->sim, i);
    if (status >= 0) {
      lua_pushinteger(L, status);
    } else {
      lua_pushboolean(L, 0);
    }
    lua_rawseti(L, -2, i + 1);
  }
}

/* Another time zone for the process (NULL: the system's); a copy of the one before. */
static char *set_zone(const char *zone) {
  const char *before = getenv("TZ");
  char *copy = before != NULL ? strdup(before) : NULL;
  if (zone != NULL) {
    setenv("TZ", zone, 1);
  } else {
    unsetenv("TZ");
  }
  tzset();
  return copy;
}

int run_simulation(lua_State *L) {
  static const char *const ends[] = {[SIM_DONE] = "done",
                                     [SIM_TIME] = "time",
                                     [SIM_TOO_MANY] = "too many runs",
                                     [SIM_LIVELOCK] = "livelock",
                                     [SIM_FAILED] = "failed"};
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  struct simulation *self = prepare(L);
  char *zone = set_zone("UTC0"); /* os.date must not show where it is run */
  enum sim_end end = timed_run(self->sim);
  free(set_zone(zone));
  free(zone);
  char hash[17];
  snprintf(hash, sizeof hash, "%016" PRIx64, sim_world_hash(self->sim));
  lua_createtable(L, 0, 8);
  lua_pushstring(L, ends[end]);
  lua_setfield(L, -2, "ended");
  lua_pushstring(L, hash);
  lua_setfield(L, -2, "hash");
  push_counts(L, self->sim);
  lua_setfield(L, -2, "counts");
  push_schedule(L, self->sim);
  lua_setfield(L, -2, "schedule");
  push_statuses(L, self);
  lua_setfield(L, -2, "statuses");
  node_events_push(L, self->sim);
  lua_setfield(L, -2, "history");
  if (self->failed >= 0) {
    lua_createtable(L, 0, 2);
    set_integer(L, "node", self->failed + 1);
    lua_pushstring(L, self->reason);
    lua_setfield(L, -2, "reason");
    lua_setfield(L, -2, "failed");
  }
  return 1;
}

static const luaL_Reg metamethods[] = {
    {"__close", simulation_gc}, {"__gc", simulation_gc}, {NULL, NULL}};
static const luaL_Reg no_methods[] = {{NULL, NULL}};

void run_simulation_open_class(lua_State *L) {
  class_new(L, SIM_CLASS, metamethods, no_methods);
}
