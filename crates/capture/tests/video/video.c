/*
 * Cameras made of folders, for a program that reads Video4Linux. Preloaded into it.
 *
 * DESKFOB_TEST_VIDEO is a folder that stands for /dev. In it a camera is a folder videoN with
 *   name      what /sys/class/video4linux/videoN/name says
 *   formats   a line for each: four characters, width, height, bytes from row to row
 *   frame     the frame that is delivered, 30 times a second
 *   fault     if there: "open ERRNO", "streamon ERRNO" or "stall"
 *   log       what the program does: open, streamon, streamoff, close
 *   served    how many frames it took
 * A camera whose folder goes away is unplugged.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FDS 4096
#define BUFFERS 4
#define BUFFER_BYTES (4 << 20)
#define FRAME_NS 33000000L

struct camera {
    char folder[PATH_MAX];
    struct v4l2_pix_format format;
    int memory;
    char *mapped;
    int queue[BUFFERS];
    int queued, streaming;
    unsigned sequence, served;
    int64_t next_frame;
};

static struct camera *cameras[FDS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define NEXT(type, name, ...)                                        \
    static type (*next)(__VA_ARGS__);                                \
    if (next == NULL)                                                \
        next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static const char *root(void)
{
    return getenv("DESKFOB_TEST_VIDEO");
}

static struct camera *camera_of(int fd)
{
    return fd >= 0 && fd < FDS ? cameras[fd] : NULL;
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void sleep_ns(int64_t ns)
{
    struct timespec time = {ns / 1000000000LL, ns % 1000000000LL};
    if (ns > 0)
        nanosleep(&time, NULL);
}

static FILE *file_of(const struct camera *camera, const char *name, const char *mode)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", camera->folder, name);
    return fopen(path, mode);
}

static int is_gone(const struct camera *camera)
{
    struct stat found;
    return stat(camera->folder, &found) != 0;
}

static void note(const struct camera *camera, const char *what)
{
    FILE *log = file_of(camera, "log", "a");
    if (log != NULL) {
        fprintf(log, "%s\n", what);
        fclose(log);
    }
}

/* The error that is ordered for `what`; 0 for none, -1 for one without a number. */
static int fault(const struct camera *camera, const char *what)
{
    char ordered[32] = "";
    int number = -1, found = 0;
    FILE *file = file_of(camera, "fault", "r");
    if (file != NULL) {
        found = fscanf(file, "%31s %d", ordered, &number) > 0 && strcmp(ordered, what) == 0;
        fclose(file);
    }
    return found ? number : 0;
}

/* The format at `index`; 0 when there is none. */
static int format_at(const struct camera *camera, unsigned index, struct v4l2_pix_format *format)
{
    char code[5];
    unsigned width, height, stride, at = 0;
    int found = 0;
    FILE *file = file_of(camera, "formats", "r");
    if (file == NULL)
        return 0;
    while (fscanf(file, "%4s %u %u %u", code, &width, &height, &stride) == 4) {
        if (at++ == index) {
            found = 1;
            memset(format, 0, sizeof *format);
            format->pixelformat = v4l2_fourcc(code[0], code[1], code[2], code[3]);
            format->width = width;
            format->height = height;
            format->bytesperline = stride;
            format->sizeimage = BUFFER_BYTES;
            format->field = V4L2_FIELD_NONE;
            format->colorspace = V4L2_COLORSPACE_SRGB;
            break;
        }
    }
    fclose(file);
    return found;
}

static int format_of(const struct camera *camera, uint32_t code, struct v4l2_pix_format *format)
{
    for (unsigned index = 0; format_at(camera, index, format); index++)
        if (format->pixelformat == code)
            return 1;
    return 0;
}

static int refuse(int error)
{
    errno = error;
    return -1;
}

static int open_camera(const char *number)
{
    struct camera *camera = calloc(1, sizeof *camera);
    snprintf(camera->folder, sizeof camera->folder, "%s/video%s", root(), number);
    int error = is_gone(camera) ? ENOENT : fault(camera, "open");
    if (error != 0) {
        free(camera);
        return refuse(error);
    }
    int fd = eventfd(0, EFD_CLOEXEC);
    camera->memory = memfd_create("video", MFD_CLOEXEC);
    if (fd < 0 || fd >= FDS || camera->memory < 0 || ftruncate(camera->memory, BUFFERS * BUFFER_BYTES) != 0)
        return refuse(ENOMEM);
    camera->mapped = mmap(NULL, BUFFERS * BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, camera->memory, 0);
    format_at(camera, 0, &camera->format);
    pthread_mutex_lock(&mutex);
    cameras[fd] = camera;
    pthread_mutex_unlock(&mutex);
    note(camera, "open");
    return fd;
}

/* What stands for `path`: another path in `other`, or a camera's number. */
static const char *camera_number(const char *path, char other[PATH_MAX])
{
    char number[16], rest[16];
    other[0] = '\0';
    if (root() == NULL || path == NULL)
        return NULL;
    if (strncmp(path, "/dev/video", 10) == 0)
        return path + 10;
    if (sscanf(path, "/sys/class/video4linux/video%15[0-9]/%15s", number, rest) == 2)
        snprintf(other, PATH_MAX, "%s/video%s/%s", root(), number, rest);
    return NULL;
}

int open(const char *path, int flags, ...)
{
    NEXT(int, "open", const char *, int, ...);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    char other[PATH_MAX];
    const char *number = camera_number(path, other);
    if (number != NULL)
        return open_camera(number);
    return next(other[0] != '\0' ? other : path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    NEXT(int, "open64", const char *, int, ...);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    char other[PATH_MAX];
    const char *number = camera_number(path, other);
    if (number != NULL)
        return open_camera(number);
    return next(other[0] != '\0' ? other : path, flags, mode);
}

DIR *opendir(const char *path)
{
    NEXT(DIR *, "opendir", const char *);
    return next(root() != NULL && strcmp(path, "/dev") == 0 ? root() : path);
}

int close(int fd)
{
    NEXT(int, "close", int);
    struct camera *camera = camera_of(fd);
    if (camera != NULL) {
        pthread_mutex_lock(&mutex);
        cameras[fd] = NULL;
        pthread_mutex_unlock(&mutex);
        note(camera, "close");
        munmap(camera->mapped, BUFFERS * BUFFER_BYTES);
        next(camera->memory);
        free(camera);
    }
    return next(fd);
}

static void *map(int fd, size_t length, int protection, int flags, off_t offset, void *start)
{
    struct camera *camera = camera_of(fd);
    return (void *)syscall(SYS_mmap, start, length, protection, flags, camera != NULL ? camera->memory : fd, offset);
}

void *mmap(void *start, size_t length, int protection, int flags, int fd, off_t offset)
{
    return map(fd, length, protection, flags, offset, start);
}

void *mmap64(void *start, size_t length, int protection, int flags, int fd, off64_t offset)
{
    return map(fd, length, protection, flags, offset, start);
}

/* Waits until a frame is due, at most so long: 1 when it is, 0 when not, -1 when the camera is gone. */
static int await(struct camera *camera, int64_t wait)
{
    int64_t end = wait < 0 ? INT64_MAX : now() + wait;
    for (;;) {
        if (is_gone(camera))
            return -1;
        int stalled = fault(camera, "stall") != 0;
        int64_t time = now();
        if (!stalled && camera->streaming && camera->queued > 0 && time >= camera->next_frame)
            return 1;
        if (time >= end)
            return 0;
        sleep_ns(5000000 < end - time ? 5000000 : end - time);
    }
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    NEXT(int, "poll", struct pollfd *, nfds_t, int);
    struct camera *camera = count == 1 ? camera_of(fds[0].fd) : NULL;
    if (camera == NULL)
        return next(fds, count, timeout);
    int ready = await(camera, timeout < 0 ? -1 : timeout * 1000000LL);
    fds[0].revents = ready == 1 ? POLLIN : ready == 0 ? 0 : POLLERR | POLLHUP;
    return ready == 0 ? 0 : 1;
}

static int dequeue(struct camera *camera, struct v4l2_buffer *buffer)
{
    if (await(camera, -1) < 0)
        return refuse(ENODEV);
    int index = camera->queue[0];
    memmove(camera->queue, camera->queue + 1, sizeof camera->queue - sizeof camera->queue[0]);
    camera->queued--;
    size_t used = 0;
    FILE *frame = file_of(camera, "frame", "r");
    if (frame != NULL) {
        used = fread(camera->mapped + (size_t)index * BUFFER_BYTES, 1, BUFFER_BYTES, frame);
        fclose(frame);
    }
    camera->next_frame = now() + FRAME_NS;
    buffer->index = index;
    buffer->bytesused = used;
    buffer->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_DONE;
    buffer->field = V4L2_FIELD_NONE;
    buffer->sequence = camera->sequence++;
    FILE *served = file_of(camera, "served", "w");
    if (served != NULL) {
        fprintf(served, "%u\n", ++camera->served);
        fclose(served);
    }
    return 0;
}

static int control(struct camera *camera, unsigned long request, void *argument)
{
    struct v4l2_pix_format format;
    if (is_gone(camera))
        return refuse(ENODEV);
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *answer = argument;
        memset(answer, 0, sizeof *answer);
        strcpy((char *)answer->driver, "folder");
        FILE *name = file_of(camera, "name", "r");
        if (name != NULL) {
            /* Cut off after 31 bytes, be it in the middle of a letter. */
            size_t length = fread(answer->card, 1, sizeof answer->card - 1, name);
            if (length > 0 && answer->card[length - 1] == '\n')
                answer->card[length - 1] = '\0';
            fclose(name);
        }
        answer->capabilities = answer->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *answer = argument;
        if (!format_at(camera, answer->index, &format))
            return refuse(EINVAL);
        answer->pixelformat = format.pixelformat;
        strcpy((char *)answer->description, "a format");
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *answer = argument;
        if (answer->index > 0 || !format_of(camera, answer->pixel_format, &format))
            return refuse(EINVAL);
        answer->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        answer->discrete.width = format.width;
        answer->discrete.height = format.height;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *answer = argument;
        if (answer->index > 0 || !format_of(camera, answer->pixel_format, &format))
            return refuse(EINVAL);
        answer->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        answer->discrete.numerator = 1;
        answer->discrete.denominator = 30;
        return 0;
    }
    case VIDIOC_S_FMT: {
        struct v4l2_format *asked = argument;
        /* As drivers do: what is not there becomes what is. */
        if (!format_of(camera, asked->fmt.pix.pixelformat, &format) && !format_at(camera, 0, &format))
            return refuse(EINVAL);
        camera->format = format;
        asked->fmt.pix = format;
        return 0;
    }
    case VIDIOC_G_FMT:
        ((struct v4l2_format *)argument)->fmt.pix = camera->format;
        return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_streamparm *rate = argument;
        rate->parm.capture.timeperframe.numerator = 1;
        rate->parm.capture.timeperframe.denominator = 30;
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *asked = argument;
        if (asked->count > BUFFERS)
            asked->count = BUFFERS;
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        if (buffer->index >= BUFFERS)
            return refuse(EINVAL);
        buffer->length = BUFFER_BYTES;
        buffer->m.offset = buffer->index * BUFFER_BYTES;
        return 0;
    }
    case VIDIOC_QBUF: {
        struct v4l2_buffer *buffer = argument;
        if (buffer->index >= BUFFERS)
            return refuse(EINVAL);
        for (int at = 0; at < camera->queued; at++)
            if (camera->queue[at] == (int)buffer->index)
                return refuse(EINVAL);
        camera->queue[camera->queued++] = buffer->index;
        return 0;
    }
    case VIDIOC_DQBUF:
        return dequeue(camera, argument);
    case VIDIOC_STREAMON: {
        int error = fault(camera, "streamon");
        if (error != 0)
            return refuse(error);
        camera->streaming = 1;
        note(camera, "streamon");
        return 0;
    }
    case VIDIOC_STREAMOFF:
        if (camera->streaming)
            note(camera, "streamoff");
        camera->streaming = camera->queued = 0;
        return 0;
    default:
        return refuse(ENOTTY);
    }
}

long syscall(long number, ...)
{
    NEXT(long, "syscall", long, ...);
    va_list arguments;
    va_start(arguments, number);
    long a = va_arg(arguments, long), b = va_arg(arguments, long), c = va_arg(arguments, long);
    long d = va_arg(arguments, long), e = va_arg(arguments, long), f = va_arg(arguments, long);
    va_end(arguments);
    struct camera *camera = number == SYS_ioctl ? camera_of((int)a) : NULL;
    if (camera != NULL)
        return control(camera, (unsigned long)b, (void *)c);
    return next(number, a, b, c, d, e, f);
}
