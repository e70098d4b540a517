/*
** prompt_editor.c - see prompt_editor.h.
*/

#include "bindings/program/prompt_editor.h"

#include <stdio.h>

#include <lauxlib.h>

#include "bindings/lua/class_helpers.h"
#include "host/real/os/line_editor.h"

#define EDITOR_CLASS "sloop.editor"

struct editor {
  struct line_editor *lines; /* NULL: closed */
  lua_State *L;              /* that reads */
};

enum { EDITOR_COMPLETE = 1 };

struct question {
  struct editor *editor;
  const char *text;
  size_t size;
  struct line_completion *completion;
};

static void copy_text(lua_State *L, int index, char *text, size_t room) {
  const char *given = lua_tostring(L, index);
  snprintf(text, room, "%s", given != NULL ? given : "");
}

/* (question) -> nothing */
static int ask(lua_State *L) {
  const struct question *question = lua_touserdata(L, 1);
  struct line_completion *completion = question->completion;
  lua_rawgetp(L, LUA_REGISTRYINDEX, question->editor);
  lua_getiuservalue(L, -1, EDITOR_COMPLETE);
  lua_pushlstring(L, question->text, question->size);
  lua_call(L, 1, 2);
  copy_text(L, -2, completion->insert, sizeof completion->insert);
  copy_text(L, -1, completion->choices, sizeof completion->choices);
  return 0;
}

/* From inside the library: nothing may be raised through it. */
static void complete(void *arg, const char *text, size_t size, struct line_completion *completion) {
  struct editor *self = arg;
  struct question question = {self, text, size, completion};
  if (!lua_checkstack(self->L, 4)) return;
  lua_pushcfunction(self->L, ask);
  lua_pushlightuserdata(self->L, &question);
  if (lua_pcall(self->L, 1, 0, 0) != LUA_OK) lua_pop(self->L, 1);
}

int prompt_editor_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  struct editor *self = lua_newuserdatauv(L, sizeof *self, EDITOR_COMPLETE);
  *self = (struct editor){0};
  luaL_setmetatable(L, EDITOR_CLASS);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, EDITOR_COMPLETE);
  self->lines = line_editor_new(complete, self);
  return self->lines != NULL ? 1 : 0;
}

static struct editor *check_open(lua_State *L) {
  struct editor *self = luaL_checkudata(L, 1, EDITOR_CLASS);
  luaL_argcheck(L, self->lines != NULL, 1, "editor is closed");
  return self;
}

/* editor:read(prompt) -> line | nil */
static int editor_read(lua_State *L) {
  struct editor *self = check_open(L);
  const char *prompt = luaL_checkstring(L, 2);
  size_t size;
  self->L = L;
  lua_pushvalue(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
  const char *line = line_editor_read(self->lines, prompt, &size);
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
  if (line == NULL) return 0;
  lua_pushlstring(L, line, size);
  return 1;
}

/* editor:add(line) */
static int editor_add(lua_State *L) {
  line_editor_add(check_open(L)->lines, luaL_checkstring(L, 2));
  return 0;
}

/* editor:close(); also __gc and __close. */
static int editor_close(lua_State *L) {
  struct editor *self = luaL_checkudata(L, 1, EDITOR_CLASS);
  line_editor_free(self->lines);
  self->lines = NULL;
  return 0;
}

static const luaL_Reg metamethods[] = {
    {"__close", editor_close}, {"__gc", editor_close}, {NULL, NULL}};

static const luaL_Reg methods[] = {
    {"add", editor_add}, {"close", editor_close}, {"read", editor_read}, {NULL, NULL}};

void prompt_editor_open_class(lua_State *L) {
  class_new(L, EDITOR_CLASS, metamethods, methods);
}
