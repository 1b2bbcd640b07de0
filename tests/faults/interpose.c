/* Stands between the program and the C library, and lets one operation on an office's folder fail, or the process end in it.
 *
 * FAULT_ROOT  the office; operations elsewhere are passed on
 * FAULT_LOG   a file that gets a line for each operation before it is made: its number, its name, the path below the office
 * FAULT_AT    the number of the operation, from 1; absent: none
 * FAULT_HOW   kill: the process ends before the operation; tear: it ends after half of a write; fail: the operation fails
 *             once; full: from there on nothing can be written, as on a full disk
 *
 * Closing and looking (stat, readdir) are no operations: they fail in silence or like the next one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define FILES 4096

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char *names[FILES]; /* the path below the office of each open file that lies there */
static long count;
static int report = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The path below the office; NULL for one elsewhere. */
static const char *below(const char *path) {
    const char *root = getenv("FAULT_ROOT");
    size_t length = root ? strlen(root) : 0;
    if (!length || !path || strncmp(path, root, length) || path[length] != '/')
        return NULL;
    return path + length + 1;
}

static const char *of_file(int file) {
    return file >= 0 && file < FILES ? names[file] : NULL;
}

/* Counts an operation; the errno with which it is to fail, 0 to make it, -1 to make half of it and end. */
static int fault(const char *name, const char *path, int writes) {
    const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW"), *log = getenv("FAULT_LOG");
    char line[PATH_MAX + 64];
    long number, chosen = at ? atol(at) : 0;
    pthread_mutex_lock(&turn);
    number = ++count;
    if (report < 0 && log)
        report = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (report >= 0) {
        int length = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
        (void)!REAL(write)(report, line, (size_t)length);
    }
    pthread_mutex_unlock(&turn);
    if (!chosen || !how || number < chosen)
        return 0;
    if (!strcmp(how, "full"))
        return writes ? ENOSPC : 0;
    if (number > chosen)
        return 0;
    if (!strcmp(how, "fail"))
        return EIO;
    if (!strcmp(how, "tear") && !strcmp(name, "write"))
        return -1;
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void remember(int file, const char *path) {
    if (file >= 0 && file < FILES)
        names[file] = strdup(path);
}

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    const char *mine = below(path);
    int writes = (flags & (O_CREAT | O_TRUNC)) != 0, wrong = mine ? fault("open", mine, writes) : 0, file;
    if (wrong > 0) {
        errno = wrong;
        return -1;
    }
    file = real(path, flags, mode);
    if (mine)
        remember(file, mine);
    return file;
}

#define OPEN(name)                                            \
    int name(const char *path, int flags, ...) {              \
        mode_t mode = 0;                                      \
        if (flags & (O_CREAT | O_TMPFILE)) {                  \
            va_list rest;                                     \
            va_start(rest, flags);                            \
            mode = va_arg(rest, mode_t);                      \
            va_end(rest);                                     \
        }                                                     \
        return opened(REAL(name), path, flags, mode);         \
    }
OPEN(open)
OPEN(open64)

int close(int file) {
    if (of_file(file)) {
        free(names[file]);
        names[file] = NULL;
    }
    return REAL(close)(file);
}

ssize_t read(int file, void *bytes, size_t size) {
    const char *path = of_file(file);
    int wrong = path ? fault("read", path, 0) : 0;
    if (wrong > 0) {
        errno = wrong;
        return -1;
    }
    return REAL(read)(file, bytes, size);
}

ssize_t write(int file, const void *bytes, size_t size) {
    const char *path = of_file(file);
    int wrong = path ? fault("write", path, 1) : 0;
    if (wrong > 0) {
        errno = wrong;
        return -1;
    }
    if (wrong < 0) {
        (void)!REAL(write)(file, bytes, size / 2);
        kill(getpid(), SIGKILL);
    }
    return REAL(write)(file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    const char *path = of_file(file);
    int wrong = path ? fault("write", path, 1) : 0;
    if (wrong > 0) {
        errno = wrong;
        return -1;
    }
    if (wrong < 0) {
        (void)!REAL(pwrite64)(file, bytes, size / 2, at);
        kill(getpid(), SIGKILL);
    }
    return REAL(pwrite64)(file, bytes, size, at);
}

#define ON_FILE(result, name, writes, parameters, arguments)             \
    result name parameters {                                             \
        const char *path = of_file(file);                                \
        int wrong = path ? fault(#name, path, writes) : 0;               \
        if (wrong > 0) {                                                 \
            errno = wrong;                                               \
            return -1;                                                   \
        }                                                                \
        return REAL(name) arguments;                                     \
    }
ON_FILE(int, fsync, 1, (int file), (file))
ON_FILE(int, fdatasync, 1, (int file), (file))
ON_FILE(int, ftruncate64, 1, (int file, off64_t size), (file, size))
ON_FILE(int, fchmod, 0, (int file, mode_t mode), (file, mode))

#define ON_PATH(name, writes, parameters, arguments)                     \
    int name parameters {                                                \
        const char *mine = below(path);                                  \
        int wrong = mine ? fault(#name, mine, writes) : 0;               \
        if (wrong > 0) {                                                 \
            errno = wrong;                                               \
            return -1;                                                   \
        }                                                                \
        return REAL(name) arguments;                                     \
    }
ON_PATH(rename, 0, (const char *path, const char *to), (path, to))
ON_PATH(unlink, 0, (const char *path), (path))
ON_PATH(mkdir, 1, (const char *path, mode_t mode), (path, mode))
ON_PATH(chmod, 0, (const char *path, mode_t mode), (path, mode))
