/*
** run_node.h - one node in this process, in the real world, from start to end.
*/

#ifndef BINDINGS_PROGRAM_RUN_NODE_H
#define BINDINGS_PROGRAM_RUN_NODE_H

#include <lua.h>

/* core.run(spec) -> exit status [, result [, reason]]: see scripts/node/node.lua
** for the spec; also { control = "none" or a path, watch = true }. The result is
** a table as table.pack makes it. Fails with exit status, nil, reason. */
int run_node(lua_State *L);

/* core.ask(path, request [, ms]) -> answer | nil, reason, code: ask a running
** process through its control socket; both are plain data. */
int run_node_ask(lua_State *L);

/* core.log(path, follow) -> file | nil, reason, code: to read lines of the log of a running
** process from: those it has kept, and with 'follow' those that come until it ends */
int run_node_log(lua_State *L);

/* core.notify(state) -> true | nil, reason, code: to the service manager, if there is one */
int run_node_notify(lua_State *L);

/* core.control_folder() -> where control sockets are; nil when there is none, and the
** reason when it can't be trusted */
int run_node_control_folder(lua_State *L);

/* core.control_folders() -> list of the folders in which this user's processes may have
** control sockets, whatever the environment of this one */
int run_node_control_folders(lua_State *L);

/* core.files(folder) -> list of the names in it; empty when it is not there */
int run_node_files(lua_State *L);

void run_node_open_class(lua_State *L);

#endif
