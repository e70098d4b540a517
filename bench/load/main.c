/*
** main.c - a load as a program: load NAME WORD...
*/

#include "bench/lib/check.h"
#include "bench/load/load.h"

int main(int count, char **argument) {
  if (count == 1) {
    int major, minor, patch;
    zmq_version(&major, &minor, &patch);
    printf("libzmq %d.%d.%d\n", major, minor, patch);
    return 0;
  }
  load_run(zmq_ctx_new(), count - 1, argument + 1);
  exit(0); /* not the end of the context: what is unsent is of no use */
}
