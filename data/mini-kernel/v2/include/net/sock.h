#ifndef _NET_SOCK_H
#define _NET_SOCK_H

#include <linux/net.h>
#include <linux/parcel.h>

struct proto;

struct sock_common {
	u16 skc_family;
	u8 skc_state;
	__be32 skc_daddr;
	struct proto *skc_prot;
};

struct sock {
	struct sock_common __sk_common;
#define sk_family	__sk_common.skc_family
#define sk_state	__sk_common.skc_state
#define sk_daddr	__sk_common.skc_daddr
#define sk_prot		__sk_common.skc_prot
	u16 sk_protocol;
	__be16 sk_port;
	spinlock_t sk_lock;
	struct socket *sk_socket;
	struct route_entry *sk_route;
	void (*sk_state_change)(struct sock *sk);
	void (*sk_destruct)(struct sock *sk);
};

struct proto {
	void (*close)(struct sock *sk, long timeout);
	int (*pre_connect)(struct sock *sk, struct sockaddr *addr, int len);
	int (*connect)(struct sock *sk, struct sockaddr *addr, int len);
	void (*shutdown)(struct sock *sk, int how);
	int (*init)(struct sock *sk);
	int (*sendmsg)(struct sock *sk, struct msghdr *msg, size_t len);
	int (*hash)(struct sock *sk);
	unsigned int obj_size;
	const char *name;
};

/* A row of the internet family: which protocol serves a type of socket. */
struct proto_row {
	struct list_head list;
	unsigned short type;
	unsigned short protocol;
	struct proto *prot;
	const struct proto_ops *ops;
	unsigned char flags;
};

struct sock *sk_alloc(int family, gfp_t priority, struct proto *prot);
void sk_free(struct sock *sk);
void parcel_set_owner(struct parcel *parcel, struct sock *sk);
void sock_init_data(struct socket *sock, struct sock *sk);

static inline void lock_sock(struct sock *sk)
{
	spin_lock(&sk->sk_lock);
}

static inline void release_sock(struct sock *sk)
{
	spin_unlock(&sk->sk_lock);
}

#endif
