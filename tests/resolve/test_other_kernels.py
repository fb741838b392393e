"""Kernels as they were and as they become: other idioms for the same steps."""

from pathlib import Path

from tests.resolve.playing import calls, played
from xref.resolve.steps import Step

SOCKET = Step("socket", ("AF_NEAR", "SOCK_STREAM", "0"), "fd")
CONNECT = Step("connect", ("fd",), "")

OLD = """
//- v include/linux/old.h
typedef struct cache_s cache_t;
#define asmlinkage
#define __init
#define AF_NEAR 2
#define PF_NEAR AF_NEAR
#define AF_FAR 3
#define PF_FAR AF_FAR
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define NPROTO 8
#define GFP_KERNEL 1
#define prefetch(x) do { } while (0)
#define list_for_each_old(pos, head) \\
	for (pos = (head)->next; prefetch(pos->next), pos != (head); pos = pos->next)
void *kmem_cache_alloc(cache_t *cache, int flags);
struct sockaddr { int family; };
struct inode; struct sock; struct socket; struct file; struct super_block;
struct file_operations {
	int (*open)(struct inode *, struct file *);
	int (*write)(struct file *, const char *);
};
struct dentry { struct inode *d_inode; };
struct file { struct dentry *f_dentry; struct file_operations *f_op; };
struct super_operations { struct inode *(*alloc_inode)(struct super_block *sb); };
struct super_block { struct super_operations *s_op; };
struct inode { struct super_block *i_sb; struct file_operations *i_fop; };
struct files_struct { struct file **fd; };
struct task_struct { struct files_struct *files; };
struct task_struct *get_current(void);
#define current get_current()
struct proto_ops {
	int family;
	int (*connect)(struct socket *sock, struct sockaddr *addr, int len);
};
struct proto {
	int (*connect)(struct sock *sk, struct sockaddr *addr, int len);
	int (*init)(struct sock *sk);
};
struct socket { struct proto_ops *ops; struct sock *sk; struct inode *inode; };
struct sock { struct proto *prot; struct socket *socket; };
struct net_proto_family {
	int family;
	int (*create)(struct socket *sock, int protocol);
};
struct protosw {
	struct list_head list;
	unsigned short type;
	int protocol;
	struct proto *prot;
	struct proto_ops *ops;
};
extern int sock_register(struct net_proto_family *fam);
//- v net/socket.c
#include <linux/kernel.h>
#include <linux/old.h>
static struct net_proto_family *net_families[NPROTO];
struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};
static inline struct socket *SOCKET_I(struct inode *inode)
{
	return &container_of(inode, struct socket_alloc, vfs_inode)->socket;
}
static inline struct inode *SOCK_INODE(struct socket *socket)
{
	return &container_of(socket, struct socket_alloc, socket)->vfs_inode;
}
static cache_t *sock_inode_cachep;
static int sock_no_open(struct inode *inode, struct file *file) { return -1; }
static struct file_operations socket_file_ops = {
	open:		sock_no_open,
};
static struct inode *new_inode(void)
{
	struct socket_alloc *ei;

	ei = (struct socket_alloc *)kmem_cache_alloc(sock_inode_cachep, GFP_KERNEL);
	if (!ei)
		return NULL;
	return &ei->vfs_inode;
}
static struct socket *sock_alloc(void)
{
	struct inode *inode = new_inode();

	if (!inode)
		return NULL;
	return SOCKET_I(inode);
}
static int get_unused_fd(void) { return find_next_zero(); }
static void fd_install(unsigned int fd, struct file *file)
{
	current->files->fd[fd] = file;
}
static struct file *fget(unsigned int fd)
{
	return current->files->fd[fd];
}
static int sock_map_fd(struct socket *sock)
{
	int fd = get_unused_fd();

	if (fd >= 0) {
		struct file *file = kmem_cache_alloc(0, GFP_KERNEL);
		struct dentry *dentry = kmem_cache_alloc(0, GFP_KERNEL);

		file->f_dentry = dentry;
		file->f_dentry->d_inode = SOCK_INODE(sock);
		file->f_op = SOCK_INODE(sock)->i_fop = &socket_file_ops;
		fd_install(fd, file);
	}
	return fd;
}
static struct socket *sockfd_lookup(int fd, int *err)
{
	struct file *file;
	struct inode *inode;

	if (!(file = fget(fd))) {
		*err = -9;
		return NULL;
	}
	inode = file->f_dentry->d_inode;
	return SOCKET_I(inode);
}
int sock_create(int family, int type, int protocol, struct socket **res)
{
	struct socket *sock;
	int i;

	if (family < 0 || family >= NPROTO)
		return -97;
	if (net_families[family] == NULL)
		return -22;
	if (!(sock = sock_alloc()))
		return -23;
	if ((i = net_families[family]->create(sock, protocol)) < 0)
		return i;
	*res = sock;
	return 0;
}
asmlinkage long sys_socket(int family, int type, int protocol)
{
	int retval;
	struct socket *sock;

	retval = sock_create(family, type, protocol, &sock);
	if (retval < 0)
		return retval;
	return sock_map_fd(sock);
}
asmlinkage long sys_connect(int fd, struct sockaddr *uservaddr, int addrlen)
{
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		goto out;
	err = sock->ops->connect(sock, uservaddr, addrlen);
out:
	return err;
}
int sock_register(struct net_proto_family *ops)
{
	int err;

	if (ops->family >= NPROTO)
		return -105;
	err = -17;
	if (net_families[ops->family] == NULL) {
		net_families[ops->family]=ops;
		err = 0;
	}
	return err;
}
//- v net/near.c
#include <linux/kernel.h>
#include <linux/old.h>
static struct list_head rows[4];
static int near_tcp_connect(struct sock *sk, struct sockaddr *a, int l) { return 1; }
static int near_udp_connect(struct sock *sk, struct sockaddr *a, int l) { return 2; }
static int near_tcp_init(struct sock *sk) { return 0; }
static struct proto tcp_one = {
	connect:	near_tcp_connect,
	init:		near_tcp_init,
};
static struct proto udp_one = { connect: near_udp_connect };
static int near_connect(struct socket *sock, struct sockaddr *a, int l)
{
	struct sock *sk = sock->sk;

	return sk->prot->connect(sk, a, l);
}
static struct proto_ops near_stream_ops = {
	family:		PF_NEAR,
	connect:	near_connect,
};
static int near_dgram_connect(struct socket *sock, struct sockaddr *a, int l)
{
	return sock->sk->prot->connect(sock->sk, a, l);
}
static struct proto_ops near_dgram_ops = {
	family:		PF_NEAR,
	connect:	near_dgram_connect,
};
static struct protosw table[] = {
	{ .type = SOCK_STREAM, .protocol = 6, .prot = &tcp_one, .ops = &near_stream_ops },
	{ .type = SOCK_DGRAM, .protocol = 17, .prot = &udp_one, .ops = &near_dgram_ops },
};
static void row_add(struct protosw *p)
{
	list_add(&p->list, &rows[p->type]);
}
static int near_create(struct socket *sock, int protocol)
{
	struct sock *sk = kmem_cache_alloc(0, GFP_KERNEL);
	struct list_head *p;
	struct protosw *answer;

	answer = NULL;
	list_for_each(p, &rows[SOCK_STREAM]) {
		answer = list_entry(p, struct protosw, list);
		if (protocol == answer->protocol)
			break;
		if (protocol == 0)
			break;
		answer = NULL;
	}
	if (!answer)
		return -94;
	sock->ops = answer->ops;
	sk->prot = answer->prot;
	sock->sk = sk;
	sk->socket = sock;
	if (sk->prot->init)
		return sk->prot->init(sk);
	return 0;
}
static struct net_proto_family near_family = {
	family:	PF_NEAR,
	create:	near_create,
};
static int __init near_init(void)
{
	struct protosw *q;

	(void) sock_register(&near_family);
	for (q = table; q < &table[2]; ++q)
		row_add(q);
	return 0;
}
//- v net/far.c
#include <linux/kernel.h>
#include <linux/old.h>
static int far_create(struct socket *sock, int protocol) { return 0; }
static struct net_proto_family far_family = { PF_FAR, far_create };
static int __init far_init(void) { return sock_register(&far_family); }
"""

LISTS = """
//- v include/linux/list.h
#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_for_each(pos, head) \\
	for (pos = (head)->next; pos != (head); pos = pos->next)
"""


def test_a_kernel_from_before_syscall_macros(tmp_path: Path) -> None:
    code = (
        OLD.replace(
            "#include <linux/old.h>", "#include <linux/list.h>\n#include <linux/old.h>"
        )
        + LISTS
    )
    path = played(tmp_path, code, SOCKET)
    assert calls(path) == {
        "sock_create: net_families[family]->create": "bound: near_create",
        "near_create: sk->prot->init": "bound: near_tcp_init",
    }
    path = played(tmp_path / "connect", code, SOCKET, CONNECT)
    assert calls(path) == {
        "sys_connect: sock->ops->connect": "bound: near_connect",
        "near_connect: sk->prot->connect": "bound: near_tcp_connect",
    }


NEW = """
//- v include/linux/new.h
#define AF_NEAR 2
#define PF_NEAR AF_NEAR
#define AF_FAR 3
#define SOCK_STREAM 1
#define NPROTO 8
#define GFP_KERNEL ((gfp_t)1)
#define __cleanup(f) __attribute__((cleanup(f)))
#define size_mul(a, b) ((a) * (b))
#define rcu_dereference_raw(p) READ_ONCE(p)
#define rcu_dereference(p) READ_ONCE(p)
#define rcu_dereference_protected(p, c) (p)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __default_gfp(a, b, ...) b
#define default_gfp(...) __default_gfp(, ##__VA_ARGS__, GFP_KERNEL)
#define __alloc_objs(KMALLOC, GFP, TYPE, COUNT) \\
({ \\
	const size_t __obj_size = size_mul(sizeof(TYPE), COUNT); \\
	(TYPE *)KMALLOC(__obj_size, GFP); \\
})
#define kmalloc_obj(P, ...) \\
	__alloc_objs(kmalloc, default_gfp(__VA_ARGS__), typeof(P), 1)
#define __UNIQUE_ID(prefix) __PASTE(prefix, __COUNTER__)
#define CLASS(_name, var) \\
	class_##_name##_t var __cleanup(class_##_name##_destructor) = \\
		class_##_name##_constructor
#define CLASS_INIT(_name, _var, _init_expr) \\
	class_##_name##_t _var __cleanup(class_##_name##_destructor) = (_init_expr)
#define retain_and_null_ptr(p) ((void)__get_and_null(p, NULL))
#define take_fd(fd) __get_and_null(fd, -9)
#define __get_and_null(p, nullvalue) \\
({ \\
	auto __ptr = &(p); \\
	auto __val = *__ptr; \\
	*__ptr = nullvalue; \\
	__val; \\
})
typedef int s32;
typedef unsigned long size_t;
struct sockaddr_unsized { int family; };
struct socket; struct sock; struct file;
struct file_operations { int (*flush)(struct file *); };
struct file { const struct file_operations *f_op; void *private_data; };
struct fdtable { struct file __rcu **fd; };
struct files_struct { struct fdtable __rcu *fdt; };
struct task_struct { struct files_struct *files; };
struct task_struct *get_current(void);
#define current get_current()
struct fd { unsigned long word; };
struct fd_prepare { s32 err; s32 __fd; struct file *__file; };
typedef struct fd_prepare class_fd_prepare_t;
typedef struct fd class_fd_t;
#define fd_prepare_fd(_fdf) (_Generic((_fdf), struct fd_prepare: (_fdf).__fd))
#define fd_prepare_file(_fdf) (_Generic((_fdf), struct fd_prepare: (_fdf).__file))
#define fd_file(f) ((struct file *)((f).word & ~3UL))
#define fd_empty(f) unlikely(!(f).word)
#define BORROWED_FD(f) (struct fd){(unsigned long)(f)}
static inline void class_fd_prepare_destructor(const struct fd_prepare *fdf) {}
static inline struct file *files_lookup(struct files_struct *files, unsigned int fd)
{
	struct fdtable *fdt = rcu_dereference_raw(files->fdt);

	return rcu_dereference_raw(fdt->fd[fd]);
}
static inline struct fd fdget(unsigned int fd)
{
	struct file *file = files_lookup(current->files, fd);

	if (!file)
		return (struct fd){0};
	return BORROWED_FD(file);
}
static inline void class_fd_destructor(struct fd *f) {}
static inline class_fd_t class_fd_constructor(int fd) { return fdget(fd); }
int get_unused_fd_flags(unsigned flags);
static inline void fd_install(unsigned int fd, struct file *file)
{
	struct fdtable *fdt = rcu_dereference_raw(current->files->fdt);

	rcu_assign_pointer(fdt->fd[fd], file);
}
#define __FD_PREPARE_INIT(_fd_flags, _file_owned) \\
({ \\
	struct fd_prepare fdf = { .__fd = get_unused_fd_flags((_fd_flags)) }; \\
	if (likely(fdf.__fd >= 0)) \\
		fdf.__file = (_file_owned); \\
	fdf.err = class_fd_prepare_lock_err(&fdf); \\
	fdf; \\
})
#define FD_PREPARE(_fdf, _fd_flags, _file_owned) \\
	CLASS_INIT(fd_prepare, _fdf, __FD_PREPARE_INIT(_fd_flags, _file_owned))
#define fd_publish(_fdf) \\
({ \\
	struct fd_prepare *fdp = &(_fdf); \\
	fd_install(fdp->__fd, fdp->__file); \\
	retain_and_null_ptr(fdp->__file); \\
	take_fd(fdp->__fd); \\
})
#define __FD_ADD(_fdf, _fd_flags, _file_owned) \\
({ \\
	FD_PREPARE(_fdf, _fd_flags, _file_owned); \\
	s32 ret = _fdf.err; \\
	if (likely(!ret)) \\
		ret = fd_publish(_fdf); \\
	ret; \\
})
#define FD_ADD(_fd_flags, _file_owned) \\
	__FD_ADD(__UNIQUE_ID(fd_prepare), _fd_flags, _file_owned)
static inline s32 class_fd_prepare_lock_err(const struct fd_prepare *fdf)
{
	if (unlikely(fdf->err))
		return fdf->err;
	return 0;
}
struct proto_ops {
	int (*connect)(struct socket *sock, struct sockaddr_unsized *a, int len);
};
struct proto { int (*connect)(struct sock *sk, struct sockaddr_unsized *a, int len); };
struct socket { const struct proto_ops *ops; struct sock *sk; };
struct sock_common { struct proto *skc_prot; };
struct sock {
	struct sock_common __sk_common;
#define sk_prot __sk_common.skc_prot
};
struct net_proto_family { int family; int (*create)(struct socket *, int); };
//- v net/socket.c
#include <linux/kernel.h>
#include <linux/new.h>
static const struct net_proto_family __rcu *net_families[NPROTO];
static const struct file_operations socket_file_ops = { .flush = NULL };
static struct file *sock_alloc_file(struct socket *sock, int flags)
{
	struct file *file = kmalloc_obj(*file);

	file->f_op = &socket_file_ops;
	file->private_data = sock;
	return file;
}
static int sock_map_fd(struct socket *sock, int flags)
{
	return FD_ADD(flags, sock_alloc_file(sock, flags));
}
SYSCALL_DEFINE3(socket, int, family, int, type, int, protocol)
{
	struct socket *sock = kmalloc_obj(struct socket);
	const struct net_proto_family *pf = rcu_dereference(net_families[family]);

	pf->create(sock, protocol);
	return sock_map_fd(sock, 0);
}
SYSCALL_DEFINE3(connect, int, fd, struct sockaddr_unsized *, addr, int, len)
{
	CLASS(fd, f)(fd);
	struct socket *sock;

	if (fd_empty(f))
		return -9;
	sock = fd_file(f)->private_data;
	return READ_ONCE(sock->ops)->connect(sock, addr, len);
}
int sock_register(const struct net_proto_family *ops)
{
	if (rcu_dereference_protected(net_families[ops->family], 1))
		return -17;
	rcu_assign_pointer(net_families[ops->family], ops);
	return 0;
}
//- v net/near.c
#include <linux/kernel.h>
#include <linux/new.h>
static int near_tcp_connect(struct sock *sk, struct sockaddr_unsized *a, int l)
{
	return 1;
}
static struct proto tcp_one = { .connect = near_tcp_connect };
static int near_connect(struct socket *sock, struct sockaddr_unsized *a, int l)
{
	struct sock *sk = sock->sk;

	return READ_ONCE(sk->sk_prot)->connect(sk, a, l);
}
static const struct proto_ops near_ops = { .connect = near_connect };
static int near_create(struct socket *sock, int protocol)
{
	struct sock *sk = kmalloc_obj(*sk, GFP_KERNEL);

	sock->sk = sk;
	sock->ops = &near_ops;
	sk->sk_prot = &tcp_one;
	return 0;
}
static const struct net_proto_family near_family = {
	.family = PF_NEAR,
	.create = near_create,
};
static int __init near_init(void) { return sock_register(&near_family); }
//- v net/far.c
#include <linux/kernel.h>
#include <linux/new.h>
static int far_connect(struct socket *sock, struct sockaddr_unsized *a, int l)
{
	return 3;
}
static const struct proto_ops far_ops = { .connect = far_connect };
static int far_create(struct socket *sock, int protocol)
{
	sock->ops = &far_ops;
	return 0;
}
static const struct net_proto_family far_family = {
	.family = AF_FAR,
	.create = far_create,
};
static int __init far_init(void) { return sock_register(&far_family); }
"""


def test_a_kernel_with_classes_that_clean_up(tmp_path: Path) -> None:
    path = played(tmp_path, NEW, SOCKET)
    assert calls(path) == {"sys_socket: pf->create": "bound: near_create"}
    path = played(tmp_path / "connect", NEW, SOCKET, CONNECT)
    assert calls(path) == {
        "sys_connect: READ_ONCE(sock->ops)->connect": "bound: near_connect",
        "near_connect: READ_ONCE(sk->sk_prot)->connect": "bound: near_tcp_connect",
    }
