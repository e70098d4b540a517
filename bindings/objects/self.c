/*
** self.c - see self.h: waiting, waking, time, chance, log.
**
** Each method finds its instance through the metatable of 'self', so one set of
** functions serves every role and part of a state.
*/

#include "bindings/objects/self.h"

#include <string.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/lua/stored_value.h"
#include "bindings/lua/values.h"
#include "bindings/objects/instance.h"
#include "bindings/objects/socket.h"
#include "bindings/objects/socket_options.h"
#include "bindings/task/exit_result.h"
#include "bindings/task/task.h"

/* Push the instance of the self at 'arg'. */
static void self_check(lua_State *L, int arg) {
  if (lua_istable(L, arg) && lua_getmetatable(L, arg)) {
    if (lua_rawgeti(L, -1, 1) == LUA_TTABLE) {
      lua_rawgeti(L, -1, INSTANCE_SELF);
      bool same = lua_rawequal(L, -1, arg);
      lua_pop(L, 1);
      lua_remove(L, -2);
      if (same) return;
    }
  }
  luaL_argerror(L, arg, "self expected: call it with a colon");
}

static struct world *world_of(lua_State *L) {
  return script_of(L)->node.world;
}

/* ---- waiting ---- */

/* The tasks that wait for one key form a ring; the table holds the first. This
** takes a task out of it; on its stack are self, the key and the instance. */
static void forget_key(struct task *task) {
  lua_State *L = task->thread;
  lua_rawgeti(L, 3, INSTANCE_WAITING);
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  if (lua_touserdata(L, -1) == task) {
    lua_pushvalue(L, 2);
    if (list_empty(&task->link)) {
      lua_pushnil(L);
    } else {
      lua_pushlightuserdata(L, list_entry(task->link.next, struct task, link));
    }
    lua_rawset(L, -4); /* the key is there: no memory is needed */
  }
  lua_pop(L, 2);
}

/* Stack: self, key, instance, and what wake brought. */
static int wait_over(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  struct task *task = task_check(L);
  bool timed_out = task->timed_out;
  task_done(task);
  if (timed_out) return class_push_reason(L, "timeout");
  lua_pushboolean(L, 1);
  lua_replace(L, 3);
  return lua_gettop(L) - 2;
}

/* self:wait(key [, ms]) -> true, ... | nil, "timeout" */
static int self_wait(lua_State *L) {
  luaL_argcheck(L, !lua_isnoneornil(L, 2), 2, "a key is anything but nil");
  double ms = task_check_limit(L, 3);
  struct task *task = task_check(L);
  lua_settop(L, 2);
  self_check(L, 1);
  lua_rawgeti(L, 3, INSTANCE_WAITING);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, -2) != LUA_TNIL) {
    struct task *first = lua_touserdata(L, -1);
    list_append(&first->link, &task->link);
  } else {
    lua_pushvalue(L, 2);
    lua_pushlightuserdata(L, task);
    lua_rawset(L, 4);
  }
  lua_settop(L, 3);
  task->forget = forget_key;
  return task_wait(L, task, ms, NULL, wait_over);
}

/* self:wake(key, ...) -> how many tasks it woke */
static int self_wake(lua_State *L) {
  self_check(L, 1);
  luaL_argcheck(L, !lua_isnoneornil(L, 2), 2, "a key is anything but nil");
  int values = lua_gettop(L) - 3; /* self, key, values, instance */
  lua_rawgeti(L, -1, INSTANCE_WAITING);
  lua_replace(L, -2);
  lua_Integer woken = 0;
  for (;; woken++) {
    lua_pushvalue(L, 2);
    lua_rawget(L, values + 3);
    struct task *task = lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (task == NULL) break;
    luaL_checkstack(L, values + 5, "too many values");
    if (!lua_checkstack(task->thread, values + 5)) luaL_error(L, "too many values");
    task_leave(task); /* it reads its stack, which the values cover */
    for (int i = 1; i <= values; i++) lua_pushvalue(L, i + 2);
    lua_xmove(L, task->thread, values);
    task_wake(task, values);
  }
  lua_pushinteger(L, woken);
  return 1;
}

static int sleep_over(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 0;
}

/* self:sleep(ms) */
static int self_sleep(lua_State *L) {
  self_check(L, 1);
  double ms = luaL_checknumber(L, 2);
  luaL_argcheck(L, ms >= 0, 2, "a time in ms can't be negative");
  return task_wait(L, task_check(L), ms, NULL, sleep_over);
}

/* ---- tasks ---- */

/* self:spawn(function or "method", ...): either gets self and the other values; a
** self that is given as the first of them is not given twice */
static int self_spawn(lua_State *L) {
  self_check(L, 1);
  lua_pop(L, 1);
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    if (lua_gettable(L, 1) != LUA_TFUNCTION) {
      return luaL_error(L, "there is no method '%s' to spawn", lua_tostring(L, 2));
    }
    lua_replace(L, 2);
  }
  luaL_checktype(L, 2, LUA_TFUNCTION);
  if (lua_rawequal(L, 1, 3)) {
    lua_remove(L, 1); /* function, self, ... */
  } else {
    lua_pushvalue(L, 1);
    lua_copy(L, 2, 1); /* function, self, ... */
    lua_replace(L, 2);
  }
  struct task *task = task_new(script_of(L));
  int values = lua_gettop(L);
  if (task == NULL || !lua_checkstack(task->thread, values)) luaL_error(L, "not enough memory");
  lua_xmove(L, task->thread, values);
  task_spawn(task, values - 1);
  return 0;
}

static int never(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return luaL_error(L, "the node has stopped");
}

/* self:stop(...), which does not return */
static int self_stop(lua_State *L) {
  self_check(L, 1);
  lua_pop(L, 1);
  exit_result_stop(L, 2);
  lua_settop(L, 0);
  return task_wait(L, task_check(L), TASK_NO_LIMIT, NULL, never);
}

static int emitted(lua_State *L, int status, lua_KContext base) {
  (void)status;
  return lua_gettop(L) - (int)base;
}

/* self:emit(...) -> what the owner's handler returns; nothing when the role is
** run by itself, or its owner has no such handler */
static int self_emit(lua_State *L) {
  self_check(L, 1);
  int values = lua_gettop(L) - 2, base = lua_gettop(L) + 2;
  if (lua_rawgeti(L, -1, INSTANCE_OWNER) == LUA_TNIL) return 0;
  lua_rawgeti(L, -2, INSTANCE_PART);
  lua_rawgeti(L, base - 1, INSTANCE_ON);
  lua_pushvalue(L, base);
  if (lua_rawget(L, -2) == LUA_TNIL) return 0;
  lua_settop(L, base);
  instance_push_handler(L, base - 1, base);
  luaL_checkstack(L, values, "too many values");
  for (int i = 1; i <= values; i++) lua_pushvalue(L, i + 1);
  lua_callk(L, values + 1, LUA_MULTRET, base, emitted);
  return emitted(L, LUA_OK, base);
}

/* ---- sockets ---- */

/* self:open { type, ... } -> socket | nil, reason, code */
static int self_open(lua_State *L) {
  self_check(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  socket_new(L, lua_gettop(L), 2);
  int socket = lua_gettop(L);
  if (!socket_options_open(L, socket)) return 3;
  lua_settop(L, socket);
  return 1;
}

/* ---- time and chance ---- */

/* self:now() -> ms, which only grow */
static int self_now(lua_State *L) {
  struct world *world = world_of(L);
  lua_pushinteger(L, world->functions->now(world) / 1000);
  return 1;
}

/* self:wall() -> ms since 1970 */
static int self_wall(lua_State *L) {
  struct world *world = world_of(L);
  lua_pushinteger(L, world->functions->wall(world) / 1000);
  return 1;
}

static uint64_t draw(lua_State *L) {
  struct world *world = world_of(L);
  return world->functions->random(world);
}

/* self:random() -> [0, 1); self:random(n) -> 1..n; self:random(m, n) -> m..n */
static int self_random(lua_State *L) {
  if (lua_gettop(L) == 1) {
    lua_pushnumber(L, (lua_Number)(draw(L) >> 11) * (0.5 / ((uint64_t)1 << 52)));
    return 1;
  }
  bool ranged = !lua_isnone(L, 3);
  lua_Integer low = ranged ? luaL_checkinteger(L, 2) : 1;
  lua_Integer high = luaL_checkinteger(L, ranged ? 3 : 2);
  luaL_argcheck(L, low <= high, ranged ? 3 : 2, "interval is empty");
  uint64_t span = (uint64_t)high - (uint64_t)low;
  uint64_t mask = UINT64_MAX, drawn;
  while (mask >> 1 >= span && mask != 0) mask >>= 1;
  do drawn = draw(L) & mask;
  while (drawn > span); /* so that every value is equally likely */
  lua_pushinteger(L, (lua_Integer)((uint64_t)low + drawn));
  return 1;
}

/* self:uuid() -> 32 upper-case hex digits (RFC 4122, version 4) */
static int self_uuid(lua_State *L) {
  uint64_t high = (draw(L) & ~(uint64_t)0xF000) | 0x4000;
  uint64_t low = (draw(L) & ~((uint64_t)3 << 62)) | (uint64_t)1 << 63;
  char text[33];
  for (int i = 0; i < 16; i++) {
    text[i] = "0123456789ABCDEF"[high >> (60 - 4 * i) & 15];
    text[i + 16] = "0123456789ABCDEF"[low >> (60 - 4 * i) & 15];
  }
  lua_pushlstring(L, text, 32);
  return 1;
}

/* ---- log and notes ---- */

/* The text of a log line: one value as it is, several through string.format. */
static int write_log(lua_State *L, enum world_level level) {
  size_t size;
  if (lua_gettop(L) > 2) {
    lua_getfield(L, LUA_REGISTRYINDEX, "sloop.format");
    lua_replace(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
  }
  const char *text = luaL_tolstring(L, -1, &size);
  script_log(script_of(L), level, text, size);
  return 0;
}

/* self:log(format, ...) */
static int self_log(lua_State *L) {
  return write_log(L, WORLD_LOG);
}

/* self:warn(format, ...) */
static int self_warn(lua_State *L) {
  return write_log(L, WORLD_WARN);
}

/* self:note(kind, fields) */
static int self_note(lua_State *L) {
  const char *kind = luaL_checkstring(L, 2);
  if (lua_isnoneornil(L, 3)) {
    lua_settop(L, 2);
    lua_newtable(L);
  }
  luaL_checktype(L, 3, LUA_TTABLE);
  size_t size;
  struct world *world = world_of(L);
  if (world->functions->note == NULL) { /* still the same errors */
    stored_value_measure(L, 3, &size);
    return 0;
  }
  values_pack(L, 3);
  const char *data = lua_tolstring(L, -1, &size);
  world->functions->note(world, kind, data, size);
  return 0;
}

const luaL_Reg self_methods[] = {
    {"emit", self_emit}, {"log", self_log},       {"note", self_note},   {"now", self_now},
    {"open", self_open}, {"random", self_random}, {"sleep", self_sleep}, {"spawn", self_spawn},
    {"stop", self_stop}, {"uuid", self_uuid},     {"wait", self_wait},   {"wake", self_wake},
    {"wall", self_wall}, {"warn", self_warn},     {NULL, NULL},
};
