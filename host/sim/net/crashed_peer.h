/*
** crashed_peer.h - what the world is to a node that is being destroyed: its sockets
** are gone, and nothing it still does, in a `<close>` or a `__gc`, has an effect.
*/

#ifndef HOST_SIM_NET_CRASHED_PEER_H
#define HOST_SIM_NET_CRASHED_PEER_H

#include "host/core/world.h"

/* A simulated node's functions for then: sockets can only be closed, which frees
** them; all else of theirs fails with ETERM. */
struct world_functions crashed_peer_functions(const struct world_functions *alive);

#endif
