/*
** node_events.c - see node_events.h. A note appears under its own kind with its own
** fields; what the host adds to them wins.
*/

#include "bindings/program/node_events.h"

#include <string.h>

#include <lauxlib.h>

#include "bindings/lua/values.h"
#include "host/core/socket_options.h"
#include "host/sim/fault_kinds.h"
#include "host/sim/sim_world.h"

enum { US_PER_MS = 1000 };

static void set_integer(lua_State *L, const char *name, int64_t value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

static void set_number(lua_State *L, const char *name, double value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, name);
}

static void set_string(lua_State *L, const char *name, const char *text) {
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

void node_events_push_fault(lua_State *L, const struct sim_fault *fault) {
  bool timed = fault_kinds_is_timed(fault->kind);
  lua_createtable(L, 0, 8);
  set_string(L, "kind", fault_kinds_get(fault->kind)->name);
  set_number(L, "time", (double)fault->time / US_PER_MS);
  set_number(L, "duration", (double)fault->duration / US_PER_MS);
  set_number(L, "amount", (double)fault->amount / (timed ? US_PER_MS : 1));
  set_integer(L, "node", fault->node + 1);
  set_integer(L, "choice", fault->choice);
  if (fault->peer >= 0) set_integer(L, "peer", fault->peer + 1);
  if (fault->aim != SIM_AIM_NONE) set_string(L, "aim", fault_kinds_aim_name(fault->aim));
  lua_pushboolean(L, fault->peer == SIM_ANY);
  lua_setfield(L, -2, "any_peer");
  lua_pushboolean(L, fault->silent);
  lua_setfield(L, -2, "silent");
}

static int int_of(const struct sim_event *event) {
  int value = 0;
  if (event->size >= sizeof value) memcpy(&value, event->data, sizeof value);
  return value;
}

static void push_log(lua_State *L, const struct sim_event *event) {
  static const char *const levels[] = {
      [WORLD_LOG] = "log", [WORLD_WARN] = "warning", [WORLD_ERROR] = "error"};
  lua_createtable(L, 0, 5);
  set_string(L, "level", levels[int_of(event)]);
  lua_pushlstring(L, (const char *)event->data + sizeof(int), event->size - sizeof(int));
  lua_setfield(L, -2, "text");
}

static void push_note(lua_State *L, const struct sim_event *event) {
  const char *kind = event->data;
  size_t length = strlen(kind) + 1;
  values_unpack(L, kind + length, event->size - length);
  set_string(L, "kind", kind);
}

static void push_frames(lua_State *L, const char *next, int count) {
  lua_createtable(L, count, 0);
  for (int i = 1; i <= count; i++) {
    uint32_t size;
    memcpy(&size, next, sizeof size);
    lua_pushlstring(L, next + sizeof size, size);
    lua_rawseti(L, -2, i);
    next += sizeof size + size;
  }
}

static void push_message(lua_State *L, struct sim *sim, const struct sim_event *event) {
  struct sim_message message;
  memcpy(&message, event->data, sizeof message);
  lua_createtable(L, 0, 8);
  set_integer(L, "id", (int64_t)message.id);
  if (message.peer >= 0) set_string(L, "peer", sim_world_node_name(sim, message.peer));
  set_string(L, "type", socket_type_name(message.type));
  push_frames(L, (const char *)event->data + sizeof message, message.count);
  lua_setfield(L, -2, "frames");
}

static void push_fault_event(lua_State *L, struct sim *sim, const struct sim_event *event) {
  struct sim_fault fault;
  memcpy(&fault, event->data, sizeof fault);
  lua_createtable(L, 0, 6);
  set_string(L, "fault", fault_kinds_get(fault.kind)->name);
  if (fault.peer >= 0) set_string(L, "peer", sim_world_node_name(sim, fault.peer));
}

static void push_event(lua_State *L, struct sim *sim, const struct sim_event *event) {
  switch (event->kind) {
    case SIM_LOG:
      push_log(L, event);
      break;
    case SIM_NOTE:
      push_note(L, event);
      break;
    case SIM_FAULT_BEGIN:
    case SIM_FAULT_END:
      push_fault_event(L, sim, event);
      break;
    case SIM_SENT:
    case SIM_DELIVERED:
    case SIM_DROPPED:
      push_message(L, sim, event);
      break;
    default:
      lua_createtable(L, 0, 4);
      if (event->kind == SIM_STOP) set_integer(L, "status", int_of(event));
      if (event->kind == SIM_CRASHED && int_of(event) == 1) {
        lua_pushboolean(L, true);
        lua_setfield(L, -2, "silent");
      }
  }
  if (event->kind != SIM_NOTE) set_string(L, "kind", sim_world_event_name(event->kind));
  if (event->node >= 0) set_string(L, "node", sim_world_node_name(sim, event->node));
  set_number(L, "time", (double)event->time / US_PER_MS);
}

void node_events_push(lua_State *L, struct sim *sim) {
  struct sim_event event;
  size_t place = 0;
  lua_newtable(L);
  for (lua_Integer i = 1; sim_world_next_event(sim, &place, &event); i++) {
    push_event(L, sim, &event);
    lua_rawseti(L, -2, i);
  }
  lua_newtable(L);
  for (int i = 0; i < sim_world_node_count(sim); i++) {
    lua_pushinteger(L, sim_world_most_sockets(sim, i));
    lua_setfield(L, -2, sim_world_node_name(sim, i));
  }
  lua_setfield(L, -2, "sockets");
}
