/* Makes a fast disk behave like a slower one: every fsync and fdatasync takes FSYNC_DELAY_US microseconds longer.
   Preloaded into a PostgreSQL server by tests/bench/servers.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void pause_first(void) {
    const char *given = getenv("FSYNC_DELAY_US");
    long microseconds = given ? atol(given) : 2000;
    struct timespec left = {microseconds / 1000000, (microseconds % 1000000) * 1000};
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    pause_first();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    pause_first();
    return real(file);
}
