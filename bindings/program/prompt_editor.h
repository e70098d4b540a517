/*
** prompt_editor.h - the class 'sloop.editor': lines typed at the program's terminal.
*/

#ifndef BINDINGS_PROGRAM_PROMPT_EDITOR_H
#define BINDINGS_PROGRAM_PROMPT_EDITOR_H

#include <lua.h>

/* core.editor(complete) -> editor; nil when the system has none. `complete(text)` gets the line up
** to the cursor and returns what is to be inserted ("": nothing) and what is to be shown then.
** editor:read(prompt) -> line | nil, at the end of the input; editor:add(line): to what is
** recalled; editor:close() */
int prompt_editor_new(lua_State *L);

void prompt_editor_open_class(lua_State *L);

#endif
