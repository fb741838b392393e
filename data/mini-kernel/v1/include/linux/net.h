#ifndef _LINUX_NET_H
#define _LINUX_NET_H

#include <linux/fs.h>
#include <linux/socket.h>

struct sock;
struct socket;

typedef enum {
	SS_FREE = 0,
	SS_UNCONNECTED,
	SS_CONNECTING,
	SS_CONNECTED,
} socket_state;

struct socket {
	socket_state state;
	short type;
	struct file *file;
	struct sock *sk;
	const struct proto_ops *ops;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct proto_ops {
	int family;
	int (*release)(struct socket *sock);
	int (*bind)(struct socket *sock, struct sockaddr *addr, int len);
	int (*connect)(struct socket *sock, struct sockaddr *addr, int len, int flags);
	int (*sendmsg)(struct socket *sock, struct msghdr *msg, size_t len);
	long (*sendpage)(struct socket *sock, void *page, int offset, size_t size);
};

struct net_proto_family {
	int family;
	int (*create)(struct socket *sock, int protocol, int kern);
};

int sock_register(const struct net_proto_family *ops);
void sock_unregister(int family);
int sock_create(int family, int type, int protocol, struct socket **res);
void sock_release(struct socket *sock);
struct socket *sock_from_file(struct file *file);

static inline struct inode *SOCK_INODE(struct socket *sock)
{
	return &container_of(sock, struct socket_alloc, socket)->vfs_inode;
}

static inline struct socket *SOCKET_I(struct inode *inode)
{
	return &container_of(inode, struct socket_alloc, vfs_inode)->socket;
}

#endif
