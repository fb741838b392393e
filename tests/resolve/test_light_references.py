"""A kernel as of 3.x: light references to files, reads that may go on, one LSM."""

from pathlib import Path

from tests.resolve.playing import calls, played
from xref.resolve.steps import Step

SOCKET = Step("socket", ("AF_NEAR", "SOCK_STREAM", "0"), "fd")
KERNEL = """
//- v include/linux/fs.h
#define __rcu
#define ACCESS_ONCE(x) (*(volatile typeof(x) *)&(x))
#define rcu_dereference_check(p, c) ({ \\
	typeof(*p) *_________p1 = (typeof(*p) *)ACCESS_ONCE(p); \\
	((typeof(*p) *)(_________p1)); \\
})
struct file; struct inode; struct dentry; struct kiocb;
struct file_operations {
	long (*read)(struct file *file, char *buf);
	long (*aio_read)(struct kiocb *iocb, long pos);
	int (*release)(struct inode *inode, struct file *file);
};
struct inode { const struct file_operations *i_fop; };
struct path { void *mnt; struct dentry *dentry; };
struct dentry { struct inode *d_inode; };
struct file {
	struct path f_path;
#define f_dentry f_path.dentry
	const struct file_operations *f_op;
	void *private_data;
};
struct fdtable { unsigned int max_fds; struct file __rcu **fd; };
struct files_struct { int count; struct fdtable __rcu *fdt; };
struct task_struct { struct files_struct *files; };
DECLARE_PER_CPU(struct task_struct *, current_task);
static inline struct task_struct *get_current(void)
{
	return percpu_read_stable(current_task);
}
#define current get_current()
#define files_fdtable(files) (rcu_dereference_check((files)->fdt, 1))
static inline struct file *fcheck_files(struct files_struct *files, unsigned int fd)
{
	struct file *file = NULL;
	struct fdtable *fdt = files_fdtable(files);

	if (fd < fdt->max_fds)
		file = rcu_dereference_check(fdt->fd[fd], 1);
	return file;
}
struct kiocb {
	struct file *ki_filp;
	union { void *user; struct task_struct *tsk; } ki_obj;
	void *private;
};
#define init_sync_kiocb(x, filp) \\
	do { \\
		struct task_struct *tsk = current; \\
		(x)->ki_filp = (filp); \\
		(x)->ki_obj.tsk = tsk; \\
	} while (0)
//- v include/linux/net.h
#define AF_NEAR 2
#define SOCK_STREAM 1
#define SOCK_MAX 8
struct socket; struct sock; struct msghdr;
struct proto_ops { int (*recvmsg)(struct kiocb *iocb, struct socket *sock); };
struct proto { int (*recvmsg)(struct kiocb *iocb, struct sock *sk); };
struct socket { short type; const struct proto_ops *ops; struct sock *sk; };
struct sock { struct proto *prot; };
struct sock_iocb { struct socket *sock; struct kiocb *kiocb; };
struct net_family { int family; int (*create)(struct socket *sock, int protocol); };
int sock_register(const struct net_family *ops);
//- v security/security.c
#include <linux/kernel.h>
struct security_operations {
	int (*socket_create)(int family);
	int (*file_alloc)(void);
};
static struct security_operations *security_ops;
static struct security_operations default_ops;
static int cap_socket_create(int family) { return 0; }
static int cap_file_alloc(void) { return 0; }
#define set_to_cap_if_null(ops, function) \\
	do { \\
		if (!ops->function) \\
			ops->function = cap_##function; \\
	} while (0)
static void fixup(struct security_operations *ops)
{
	set_to_cap_if_null(ops, socket_create);
	set_to_cap_if_null(ops, file_alloc);
}
int register_security(struct security_operations *ops)
{
	fixup(ops);
	if (security_ops != &default_ops)
		return -11;
	security_ops = ops;
	return 0;
}
static int __init security_init(void)
{
	fixup(&default_ops);
	security_ops = &default_ops;
	return 0;
}
int security_socket_create(int family) { return security_ops->socket_create(family); }
static int guard_socket_create(int family) { return -1; }
static struct security_operations guard_ops = {
	.socket_create = guard_socket_create,
};
static int __init guard_init(void) { return register_security(&guard_ops); }
//- v fs/file.c
#include <linux/kernel.h>
#include <linux/fs.h>
struct file *alloc_file(struct path *path, const struct file_operations *fop)
{
	struct file *file = kmalloc(sizeof(*file), 0);

	file->f_path = *path;
	file->f_op = fop;
	return file;
}
void fd_install(unsigned int fd, struct file *file)
{
	struct fdtable *fdt = files_fdtable(current->files);

	rcu_assign_pointer(fdt->fd[fd], file);
}
struct file *fget_light(unsigned int fd, int *fput_needed)
{
	struct file *file;
	struct files_struct *files = current->files;

	*fput_needed = 0;
	if (files->count == 1) {
		file = fcheck_files(files, fd);
	} else {
		file = fcheck_files(files, fd);
		if (file)
			*fput_needed = 1;
	}
	return file;
}
static long do_sync_read(struct file *filp, long pos)
{
	struct kiocb kiocb;
	long ret;

	init_sync_kiocb(&kiocb, filp);
	for (;;) {
		ret = filp->f_op->aio_read(&kiocb, pos);
		if (ret != -530)
			break;
	}
	return ret;
}
SYSCALL_DEFINE(read)(unsigned int fd, char *buf)
{
	struct file *file;
	long ret = -9;
	int fput_needed;

	file = fget_light(fd, &fput_needed);
	if (file) {
		if (file->f_op->read)
			ret = file->f_op->read(file, buf);
		else
			ret = do_sync_read(file, 0);
		if (fput_needed)
			file->f_op->release(file->f_dentry->d_inode, file);
	}
	return ret;
}
static long pipe_read(struct file *file, char *buf) { return 1; }
static const struct file_operations pipe_fops = { .read = pipe_read };
//- v net/socket.c
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/net.h>
static const struct net_family __rcu *net_families[8] __read_mostly;
static long sock_aio_read(struct kiocb *iocb, long pos);
static int sock_close(struct inode *inode, struct file *filp);
static const struct file_operations socket_file_ops = {
	.aio_read = sock_aio_read,
	.release = sock_close,
};
struct socket_alloc { struct socket socket; struct inode vfs_inode; };
static struct inode *SOCK_INODE(struct socket *socket)
{
	return &container_of(socket, struct socket_alloc, socket)->vfs_inode;
}
static int sock_close(struct inode *inode, struct file *filp) { return 0; }
static int sock_recv(struct kiocb *iocb, struct socket *sock)
{
	struct sock_iocb *si = iocb->private;

	si->sock = sock;
	return sock->ops->recvmsg(iocb, sock);
}
static long sock_aio_read(struct kiocb *iocb, long pos)
{
	struct sock_iocb siocb;

	siocb.kiocb = iocb;
	iocb->private = &siocb;
	return sock_recv(iocb, iocb->ki_filp->private_data);
}
static int sock_alloc_file(struct socket *sock, struct file **f)
{
	struct path path;
	struct file *file;

	path.dentry = kmalloc(sizeof(*path.dentry), 0);
	path.dentry->d_inode = SOCK_INODE(sock);
	SOCK_INODE(sock)->i_fop = &socket_file_ops;
	file = alloc_file(&path, &socket_file_ops);
	file->private_data = sock;
	*f = file;
	return get_unused_fd();
}
SYSCALL_DEFINE3(socket, int, family, int, type, int, protocol)
{
	struct socket_alloc *ei = kmalloc(sizeof(*ei), 0);
	struct socket *sock = &ei->socket;
	struct file *newfile;
	int fd;

	if (security_socket_create(family))
		return -1;
	sock->type = type;
	net_families[family]->create(sock, protocol);
	fd = sock_alloc_file(sock, &newfile);
	fd_install(fd, newfile);
	return fd;
}
int sock_register(const struct net_family *ops)
{
	rcu_assign_pointer(net_families[ops->family], ops);
	return 0;
}
//- v net/near.c
#include <linux/kernel.h>
#include <linux/net.h>
struct row { struct list_head list; short type; struct proto *prot; };
extern struct proto tcp_one, udp_one;
static struct list_head rows[SOCK_MAX];
static int near_recvmsg(struct kiocb *iocb, struct socket *sock)
{
	return sock->sk->prot->recvmsg(iocb, sock->sk);
}
static const struct proto_ops near_ops = { .recvmsg = near_recvmsg };
static struct row table[] = {
	{ .type = SOCK_STREAM, .prot = &tcp_one },
	{ .type = 2, .prot = &udp_one },
};
static int near_create(struct socket *sock, int protocol)
{
	struct row *answer;
	struct sock *sk = kmalloc(sizeof(*sk), 0);

	list_for_each_entry(answer, &rows[sock->type], list)
		break;
	sock->ops = &near_ops;
	sk->prot = answer->prot;
	sock->sk = sk;
	return 0;
}
static const struct net_family near = { .family = AF_NEAR, .create = near_create };
static void row_add(struct row *row) { list_add(&row->list, &rows[row->type]); }
static int __init near_init(void)
{
	struct row *q;

	for (q = table; q < &table[2]; ++q)
		row_add(q);
	return sock_register(&near);
}
//- v net/protocols.c
#include <linux/kernel.h>
#include <linux/net.h>
static int tcp_recvmsg(struct kiocb *iocb, struct sock *sk) { return 1; }
static int udp_recvmsg(struct kiocb *iocb, struct sock *sk) { return 2; }
struct proto tcp_one = { .recvmsg = tcp_recvmsg };
struct proto udp_one = { .recvmsg = udp_recvmsg };
static int far_create(struct socket *sock, int protocol) { return 3; }
static const struct net_family far = { .family = 3, .create = far_create };
static int __init far_init(void) { return sock_register(&far); }
"""


def test_a_socket_is_made_with_the_hooks_of_the_one_that_registered(
    tmp_path: Path,
) -> None:
    path = played(tmp_path, KERNEL, SOCKET, full=True)
    assert calls(path) == {
        "security_socket_create: security_ops->socket_create": (
            "slot: cap_socket_create, guard_socket_create"
        ),
        "sys_socket: net_families[family]->create": "bound: near_create",
    }


def test_a_read_goes_through_what_may_go_on_later(tmp_path: Path) -> None:
    path = played(tmp_path, KERNEL, SOCKET, Step("read", ("fd",), ""), full=True)
    assert calls(path) == {
        "do_sync_read: filp->f_op->aio_read": "bound: sock_aio_read",
        "sock_recv: sock->ops->recvmsg": "bound: near_recvmsg",
        "near_recvmsg: sock->sk->prot->recvmsg": "bound: tcp_recvmsg",
        "sys_read: file->f_op->release": "bound: sock_close",
    }
