/* System calls on sockets, and the registry of families. */
#include <linux/net.h>
#include <linux/security.h>
#include <linux/syscalls.h>

static DEFINE_SPINLOCK(net_family_lock);
static const struct net_proto_family __rcu *net_families[NPROTO] __read_mostly;

static int sock_close(struct inode *inode, struct file *file);
static long sock_write(struct file *file, const char __user *buf, size_t len);

static const struct file_operations socket_file_ops = {
	.write = sock_write,
	.release = sock_close,
};

int sock_register(const struct net_proto_family *ops)
{
	int err = 0;

	if (ops->family >= NPROTO)
		return -EINVAL;
	spin_lock(&net_family_lock);
	if (net_families[ops->family])
		err = -EINVAL;
	else
		rcu_assign_pointer(net_families[ops->family], ops);
	spin_unlock(&net_family_lock);
	return err;
}

void sock_unregister(int family)
{
	spin_lock(&net_family_lock);
	rcu_assign_pointer(net_families[family], NULL);
	spin_unlock(&net_family_lock);
}

static struct socket *sock_alloc(void)
{
	struct socket_alloc *both = kzalloc(sizeof(*both), GFP_KERNEL);

	if (!both)
		return NULL;
	both->socket.state = SS_UNCONNECTED;
	return &both->socket;
}

void sock_release(struct socket *sock)
{
	if (sock->ops) {
		sock->ops->release(sock);
		sock->ops = NULL;
	}
	kfree(container_of(sock, struct socket_alloc, socket));
}

static int __sock_create(int family, int type, int protocol,
			 struct socket **res, int kern)
{
	const struct net_proto_family *pf;
	struct socket *sock;
	int err;

	if (family < 0 || family >= NPROTO)
		return -EAFNOSUPPORT;
	if (type < 0 || type >= SOCK_MAX)
		return -EINVAL;
	if (!kern) {
		err = security_socket_create(family, type, protocol);
		if (err)
			return err;
	}
	sock = sock_alloc();
	if (!sock)
		return -ENFILE;
	sock->type = type;

	rcu_read_lock();
	pf = rcu_dereference(net_families[family]);
	err = -EAFNOSUPPORT;
	if (!pf)
		goto out_release;
	rcu_read_unlock();

	err = pf->create(sock, protocol, kern);
	if (err < 0)
		goto out_sock;
	*res = sock;
	return 0;

out_release:
	rcu_read_unlock();
out_sock:
	sock_release(sock);
	return err;
}

int sock_create(int family, int type, int protocol, struct socket **res)
{
	return __sock_create(family, type, protocol, res, 0);
}

static struct file *sock_alloc_file(struct socket *sock, int flags)
{
	struct file *file = alloc_file_for(SOCK_INODE(sock), flags, &socket_file_ops);

	if (IS_ERR(file)) {
		sock_release(sock);
		return file;
	}
	sock->file = file;
	file->private_data = sock;
	return file;
}

static int sock_map_fd(struct socket *sock, int flags)
{
	struct file *file;
	int fd = get_unused_fd_flags(flags);

	if (unlikely(fd < 0)) {
		sock_release(sock);
		return fd;
	}
	file = sock_alloc_file(sock, flags);
	if (!IS_ERR(file)) {
		fd_install(fd, file);
		return fd;
	}
	put_unused_fd(fd);
	return PTR_ERR(file);
}

static int __sys_socket(int family, int type, int protocol)
{
	struct socket *sock;
	int flags = type & ~SOCK_TYPE_MASK;
	int err;

	err = sock_create(family, type & SOCK_TYPE_MASK, protocol, &sock);
	if (err < 0)
		return err;
	return sock_map_fd(sock, flags);
}

SYSCALL_DEFINE3(socket, int, family, int, type, int, protocol)
{
	return __sys_socket(family, type, protocol);
}

struct socket *sock_from_file(struct file *file)
{
	if (file->f_op == &socket_file_ops)
		return file->private_data;
	return NULL;
}

static int move_addr_to_kernel(void __user *uaddr, int len, struct sockaddr *kaddr)
{
	if (len < 0 || len > (int)sizeof(*kaddr))
		return -EINVAL;
	if (copy_from_user(kaddr, uaddr, len))
		return -EINVAL;
	return 0;
}

static int __sys_bind(int fd, struct sockaddr __user *uaddr, int len)
{
	struct fd f = fdget(fd);
	struct sockaddr addr;
	struct socket *sock;
	int err = -EBADF;

	if (!f.file)
		return err;
	sock = sock_from_file(f.file);
	err = sock ? move_addr_to_kernel(uaddr, len, &addr) : -ENOTSOCK;
	if (!err)
		err = sock->ops->bind(sock, &addr, len);
	fdput(f);
	return err;
}

SYSCALL_DEFINE3(bind, int, fd, struct sockaddr __user *, uaddr, int, len)
{
	return __sys_bind(fd, uaddr, len);
}

static int __sys_connect_file(struct file *file, struct sockaddr *addr, int len)
{
	struct socket *sock = sock_from_file(file);
	int err;

	if (!sock)
		return -ENOTSOCK;
	err = security_socket_connect(sock, addr, len);
	if (err)
		return err;
	return sock->ops->connect(sock, addr, len, file->f_flags);
}

static int __sys_connect(int fd, struct sockaddr __user *uaddr, int len)
{
	struct fd f = fdget(fd);
	struct sockaddr addr;
	int ret = -EBADF;

	if (f.file) {
		ret = move_addr_to_kernel(uaddr, len, &addr);
		if (!ret)
			ret = __sys_connect_file(f.file, &addr, len);
		fdput(f);
	}
	return ret;
}

SYSCALL_DEFINE3(connect, int, fd, struct sockaddr __user *, uaddr, int, len)
{
	return __sys_connect(fd, uaddr, len);
}

static inline int sock_sendmsg(struct socket *sock, struct msghdr *msg)
{
	return sock->ops->sendmsg(sock, msg, msg->msg_size);
}

static long sock_write(struct file *file, const char __user *buf, size_t len)
{
	struct msghdr msg = { .msg_base = buf, .msg_size = len };

	return sock_sendmsg(file->private_data, &msg);
}

SYSCALL_DEFINE6(sendto, int, fd, void __user *, buf, size_t, len,
		unsigned int, flags, struct sockaddr __user *, uaddr, int, addr_len)
{
	struct msghdr msg = { .msg_base = buf, .msg_size = len, .msg_flags = flags };
	struct sockaddr addr;
	struct fd f = fdget(fd);
	struct socket *sock;
	int err = -EBADF;

	if (!f.file)
		return err;
	sock = sock_from_file(f.file);
	if (!sock) {
		err = -ENOTSOCK;
		goto out;
	}
	if (uaddr) {
		err = move_addr_to_kernel(uaddr, addr_len, &addr);
		if (err < 0)
			goto out;
		msg.msg_name = &addr;
		msg.msg_namelen = addr_len;
	}
	err = sock_sendmsg(sock, &msg);
out:
	fdput(f);
	return err;
}

static int sock_close(struct inode *inode, struct file *file)
{
	sock_release(SOCKET_I(inode));
	return 0;
}
