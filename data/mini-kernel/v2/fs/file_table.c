/* Files, descriptors, and the call that gives one up. */
#include <linux/fs.h>
#include <linux/syscalls.h>

struct file *alloc_file_for(struct inode *inode, unsigned int flags,
			    const struct file_operations *fops)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENFILE);
	file->f_inode = inode;
	file->f_flags = flags;
	file->f_op = fops;
	file->f_count = 1;
	return file;
}

int get_unused_fd_flags(unsigned int flags)
{
	struct files_struct *files = current->files;

	if (files->next_fd >= files->fdt->max_fds)
		return -ENFILE;
	return files->next_fd++;
}

void put_unused_fd(unsigned int fd)
{
	struct files_struct *files = current->files;

	if (fd < files->next_fd)
		files->next_fd = fd;
}

void fd_install(unsigned int fd, struct file *file)
{
	struct fdtable *fdt;

	rcu_read_lock();
	fdt = rcu_dereference(current->files->fdt);
	rcu_assign_pointer(fdt->fd[fd], file);
	rcu_read_unlock();
}

static struct file *files_lookup(struct files_struct *files, unsigned int fd)
{
	struct fdtable *fdt = rcu_dereference_raw(files->fdt);

	if (fd < fdt->max_fds)
		return rcu_dereference_raw(fdt->fd[fd]);
	return NULL;
}

unsigned long __fdget(unsigned int fd)
{
	struct file *file = files_lookup(current->files, fd);

	if (!file)
		return 0;
	return (unsigned long)file;
}

static void __fput(struct file *file)
{
	struct inode *inode = file->f_inode;

	if (file->f_op->release)
		file->f_op->release(inode, file);
	kfree(file);
}

void fput(struct file *file)
{
	if (--file->f_count == 0)
		__fput(file);
}

struct file *close_fd_get_file(unsigned int fd)
{
	struct files_struct *files = current->files;
	struct file *file = files_lookup(files, fd);

	if (!file)
		return NULL;
	rcu_assign_pointer(files->fdt->fd[fd], NULL);
	put_unused_fd(fd);
	return file;
}

SYSCALL_DEFINE1(close, unsigned int, fd)
{
	struct file *file = close_fd_get_file(fd);

	if (!file)
		return -EBADF;
	fput(file);
	return 0;
}
