/*
 * Makes one system call fail, to see what a full disk or a failing one does to a vault.
 * Preloaded into the test's writer. Only files below FAULT_FOLDER are touched.
 *
 * FAULT_AT    which call of these fails, from 1; 0: none does
 * FAULT_ERRNO with what
 * FAULT_STAYS set: all later ones fail, too
 * FAULT_COUNT the file that gets the number of calls when the program ends
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long calls;

static int below(const char *path)
{
    const char *folder = getenv("FAULT_FOLDER");
    return folder != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int below_fd(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = '\0';
    return below(path);
}

/* Whether this call is to fail; errno is set then. */
static int fails(void)
{
    const char *at = getenv("FAULT_AT");
    long wanted = at == NULL ? 0 : atol(at);
    pthread_mutex_lock(&mutex);
    long number = ++calls;
    pthread_mutex_unlock(&mutex);
    int hit = wanted > 0 && (getenv("FAULT_STAYS") != NULL ? number >= wanted : number == wanted);
    if (hit) {
        const char *error = getenv("FAULT_ERRNO");
        errno = error == NULL ? EIO : atoi(error);
    }
    return hit;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("FAULT_COUNT");
    if (path == NULL)
        return;
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
}

#define NEXT(type, name, ...) \
    static type (*next)(__VA_ARGS__); \
    if (next == NULL) \
        next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *bytes, size_t length)
{
    NEXT(ssize_t, "write", int, const void *, size_t);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd, bytes, length, offset);
}

int fsync(int fd)
{
    NEXT(int, "fsync", int);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd);
}

int fdatasync(int fd)
{
    NEXT(int, "fdatasync", int);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd);
}

int ftruncate(int fd, off_t length)
{
    NEXT(int, "ftruncate", int, off_t);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd, length);
}

int ftruncate64(int fd, off64_t length)
{
    NEXT(int, "ftruncate64", int, off64_t);
    if (below_fd(fd) && fails())
        return -1;
    return next(fd, length);
}

int rename(const char *from, const char *to)
{
    NEXT(int, "rename", const char *, const char *);
    if (below(to) && fails())
        return -1;
    return next(from, to);
}

int unlink(const char *path)
{
    NEXT(int, "unlink", const char *);
    if (below(path) && fails())
        return -1;
    return next(path);
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags)
{
    NEXT(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned);
    if (below_fd(out) && fails())
        return -1;
    return next(in, from, out, to, length, flags);
}

int mkdir(const char *path, mode_t mode)
{
    NEXT(int, "mkdir", const char *, mode_t);
    if (below(path) && fails())
        return -1;
    return next(path, mode);
}

/* A file system that is read-only does not open for writing what is there, either. */
static int opens(const char *path, int flags)
{
    const char *error = getenv("FAULT_ERRNO");
    int read_only = error != NULL && atoi(error) == EROFS;
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    int creates = (flags & O_CREAT) != 0 && below(path) && access(path, F_OK) != 0;
    return below(path) && (creates || (read_only && writes)) && fails();
}

int open64(const char *path, int flags, ...)
{
    NEXT(int, "open64", const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (opens(path, flags))
        return -1;
    return next(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    NEXT(int, "open", const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (opens(path, flags))
        return -1;
    return next(path, flags, mode);
}
