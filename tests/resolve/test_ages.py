"""How a descriptor leads to its object, as kernels of several ages write it."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played
from xref.resolve.steps import Step

COMMON = """
//- v include/linux/berth.h
#include <linux/kernel.h>
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ERR_PTR(e) ((void *)(long)(e))
#define PTR_ERR(p) ((long)(p))
#define IS_ERR(p) unlikely((unsigned long)(p) >= (unsigned long)-4095)
#define rcu_dereference_raw(p) ({ typeof(p) _p1 = READ_ONCE(p); (_p1); })
struct cache;
void *kmem_cache_alloc(struct cache *cache, gfp_t flags);
struct ship_ops { int (*sail)(struct ship *s, int speed); };
struct ship { const struct ship_ops *ops; struct file *file; };
struct node { int mode; };
struct entry { struct node *node; struct mount *mount; };
struct way { struct mount *mount; struct entry *entry; };
struct file_ops { long (*drop)(struct file *f); };
struct file {
	struct way f_way;
#define f_entry f_way.entry
	const struct file_ops *f_op;
	int f_mode;
	void *private_data;
};
struct fdtable { unsigned int max_fds; struct file **fd; struct fdtable *next; };
struct files { int count; struct fdtable *fdt; struct fdtable own; };
struct task { long state; struct files *files; };
static inline struct task *running(void)
{
	struct task *ret;

	switch (sizeof(ret)) {
	case 8:
		asm("movq %%gs:%P1,%0" : "=r" (ret) : "p" (&current_task));
		break;
	default:
		bad_size();
	}
	return ret;
}
#define current running()
#define fdtable_of(files) (rcu_dereference_raw((files)->fdt))
static inline struct file *file_at(struct files *files, unsigned int fd)
{
	struct file *file = NULL;
	struct fdtable *fdt = fdtable_of(files);

	if (fd < fdt->max_fds)
		file = rcu_dereference_raw(fdt->fd[fd]);
	return file;
}
struct file *empty_file(void);
int unused_fd(int flags);
void fd_install(unsigned int fd, struct file *file);
//- v fs/table.c
#include <linux/berth.h>
static struct cache *file_cache;
struct file *empty_file(void)
{
	struct file *f = kmem_cache_alloc(file_cache, 0);

	if (f == NULL)
		goto fail;
	if (note_file(f))
		goto fail_noted;
	return f;
fail_noted:
	free_file(f);
fail:
	return NULL;
}
int unused_fd(int flags)
{
	struct files *files = current->files;
	int fd, error;
	struct fdtable *fdt;

again:
	fdt = fdtable_of(files);
	fd = next_zero(fdt, files);
	error = grow(files, fd);
	if (error < 0)
		goto out;
	if (error)
		goto again;
	error = fd;
out:
	return error;
}
void fd_install(unsigned int fd, struct file *file)
{
	struct files *files = current->files;
	struct fdtable *fdt = fdtable_of(files);

	rcu_assign_pointer(fdt->fd[fd], file);
}
//- v net/berth.c
#include <linux/berth.h>
static long berth_drop(struct file *f) { return 0; }
static const struct file_ops berth_file_ops = { .drop = berth_drop };
static struct mount *berth_mount;
static int fast_sail(struct ship *s, int speed) { return 1; }
static int slow_sail(struct ship *s, int speed) { return 2; }
static const struct ship_ops fast_ops = { .sail = fast_sail };
static const struct ship_ops slow_ops = { .sail = slow_sail };
AGE
SYSCALL_DEFINE1(build, int, kind)
{
	struct ship *s = kmem_cache_alloc(0, 0);

	s->ops = kind == 1 ? &fast_ops : &slow_ops;
	return berth_fd(s, kind);
}
SYSCALL_DEFINE2(sail, int, fd, int, speed)
{
	struct ship *s;
	int err, need_put;

	s = ship_of(fd, &err, &need_put);
	if (!s)
		goto out;
	err = s->ops->sail(s, speed);
	if (need_put)
		let_go(s->file);
out:
	return err;
}
"""
# Before Linux 2.6.33: number and file come first, and are brought together later.
PARTS = """
static int berth_parts(struct file **filep, int flags)
{
	int fd = unused_fd(flags);

	if (likely(fd >= 0)) {
		struct file *file = empty_file();

		*filep = file;
		if (unlikely(!file))
			return -23;
	} else
		*filep = NULL;
	return fd;
}
static void begin_file(struct file *file, struct mount *mnt, struct entry *entry,
		       const struct file_ops *ops)
{
	file->f_way.entry = entry;
	file->f_way.mount = mnt;
	file->f_op = ops;
}
static int berth_join(struct ship *s, struct file *file)
{
	struct entry *entry = kmem_cache_alloc(0, 0);

	if (unlikely(!entry))
		return -12;
	s->file = file;
	begin_file(file, berth_mount, entry, &berth_file_ops);
	file->private_data = s;
	return 0;
}
static int berth_fd(struct ship *s, int flags)
{
	struct file *newfile;
	int fd = berth_parts(&newfile, flags);

	if (likely(fd >= 0)) {
		int err = berth_join(s, newfile);

		if (unlikely(err < 0))
			return err;
		fd_install(fd, newfile);
	}
	return fd;
}
static struct file *file_light(unsigned int fd, int *need_put)
{
	struct files *files = current->files;
	struct file *file;

	*need_put = 0;
	if (likely(files->count == 1)) {
		file = file_at(files, fd);
	} else {
		file = file_at(files, fd);
		if (file)
			*need_put = 1;
	}
	return file;
}
static struct ship *ship_of(int fd, int *err, int *need_put)
{
	struct file *file;

	*err = -9;
	file = file_light(fd, need_put);
	if (file) {
		if (file->f_op == &berth_file_ops)
			return file->private_data;
		*err = -88;
	}
	return NULL;
}
"""
# Since Linux 3.7 a file or an error is one value; since 3.15 its address has flags.
WHOLE = """
struct fd { struct file *file; unsigned int flags; };
static struct file *make_file(const struct way *way, const struct file_ops *ops)
{
	struct file *file = empty_file();

	if (!file)
		return ERR_PTR(-23);
	file->f_way = *way;
	file->f_op = ops;
	return file;
}
static struct file *berth_file(struct ship *s)
{
	struct way way;
	struct file *file;

	way.entry = kmem_cache_alloc(0, 0);
	if (unlikely(!way.entry))
		return ERR_PTR(-12);
	way.mount = berth_mount;
	file = make_file(&way, &berth_file_ops);
	if (IS_ERR(file))
		return file;
	s->file = file;
	file->private_data = s;
	return file;
}
static int berth_fd(struct ship *s, int flags)
{
	struct file *newfile;
	int fd = unused_fd(flags);

	if (unlikely(fd < 0))
		return fd;
	newfile = berth_file(s);
	if (!IS_ERR(newfile)) {
		fd_install(fd, newfile);
		return fd;
	}
	return PTR_ERR(newfile);
}
static unsigned long tagged_file(unsigned int fd, int mask)
{
	struct files *files = current->files;
	struct file *file = file_at(files, fd);

	if (!file || unlikely(file->f_mode & mask))
		return 0;
	if (files->count == 1)
		return (unsigned long)file;
	return 1 | (unsigned long)file;
}
static inline struct fd fd_of(unsigned long v)
{
	return (struct fd){(struct file *)(v & ~3),v & 3};
}
static inline struct fd fdget(unsigned int fd) { return fd_of(tagged_file(fd, 4)); }
static struct ship *ship_of(int fd, int *err, int *need_put)
{
	struct fd f = fdget(fd);
	struct ship *s;

	*err = -9;
	if (f.file) {
		s = f.file->f_op == &berth_file_ops ? f.file->private_data : NULL;
		if (likely(s)) {
			*need_put = f.flags & 1;
			return s;
		}
	}
	return NULL;
}
"""
FAST, SLOW = Step("build", ("1",), "fast"), Step("build", ("2",), "slow")


@pytest.mark.parametrize("age", [PARTS, WHOLE], ids=["parts", "whole"])
@pytest.mark.parametrize("name", ["fast", "slow"])
def test_a_descriptor_leads_to_its_object(tmp_path: Path, age: str, name: str) -> None:
    code = COMMON.replace("AGE", age)
    path = played(tmp_path, code, FAST, SLOW, Step("sail", (name, "?"), ""))
    assert calls(path) == {"sys_sail: s->ops->sail": f"bound: {name}_sail"}
