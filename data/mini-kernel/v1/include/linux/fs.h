#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/kernel.h>

struct file;
struct inode;

struct file_operations {
	long (*read)(struct file *file, char __user *buf, size_t len);
	long (*write)(struct file *file, const char __user *buf, size_t len);
	int (*release)(struct inode *inode, struct file *file);
};

struct inode {
	unsigned long i_ino;
	const struct file_operations *i_fop;
};

struct file {
	const struct file_operations *f_op;
	struct inode *f_inode;
	void *private_data;
	unsigned int f_flags;
	long f_count;
};

struct fdtable {
	unsigned int max_fds;
	struct file __rcu **fd;
};

struct files_struct {
	struct fdtable __rcu *fdt;
	unsigned int next_fd;
};

struct task_struct {
	struct files_struct *files;
};

extern struct task_struct *current_task;
#define current (current_task)

struct fd {
	struct file *file;
	unsigned int flags;
};

unsigned long __fdget(unsigned int fd);
void fput(struct file *file);

static inline struct fd __to_fd(unsigned long v)
{
	return (struct fd){ (struct file *)(v & ~3ul), v & 3 };
}

static inline struct fd fdget(unsigned int fd)
{
	return __to_fd(__fdget(fd));
}

static inline void fdput(struct fd fd)
{
	if (fd.flags)
		fput(fd.file);
}

struct file *alloc_file_for(struct inode *inode, unsigned int flags,
			    const struct file_operations *fops);
int get_unused_fd_flags(unsigned int flags);
void put_unused_fd(unsigned int fd);
void fd_install(unsigned int fd, struct file *file);
struct file *close_fd_get_file(unsigned int fd);

#endif
