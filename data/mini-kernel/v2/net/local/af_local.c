/* Sockets within one machine. */
#include <net/sock.h>

struct local_sock {
	struct sock sk;
	struct local_sock *peer;
	bool named;
};

#define local_sk(ptr) container_of(ptr, struct local_sock, sk)

static void local_close(struct sock *sk, long timeout)
{
	sk_free(sk);
}

static struct proto local_proto = {
	.name = "LOCAL",
	.close = local_close,
	.obj_size = sizeof(struct local_sock),
};

static int local_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (sk)
		sk->sk_prot->close(sk, 0);
	return 0;
}

static int local_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	local_sk(sock->sk)->named = true;
	return 0;
}

static int local_connect(struct socket *sock, struct sockaddr *addr, int len,
			 int flags)
{
	struct local_sock *u = local_sk(sock->sk);

	u->peer = u;
	u->sk.sk_state_change(&u->sk);
	return 0;
}

static int local_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct local_sock *u = local_sk(sock->sk);

	if (!u->peer)
		return -ENOTSOCK;
	return len;
}

static const struct proto_ops local_ops = {
	.family = PF_UNIX,
	.release = local_release,
	.bind = local_bind,
	.connect = local_connect,
	.sendmsg = local_sendmsg,
};

static int local_create(struct socket *sock, int protocol, int kern)
{
	struct sock *sk;

	if (protocol && protocol != PF_UNIX)
		return -EPROTONOSUPPORT;
	sock->ops = &local_ops;
	sk = sk_alloc(PF_UNIX, GFP_KERNEL, &local_proto);
	if (!sk)
		return -ENOMEM;
	sock_init_data(sock, sk);
	return 0;
}

static const struct net_proto_family local_family = {
	.family = PF_UNIX,
	.create = local_create,
};

static int __init local_init(void)
{
	return sock_register(&local_family);
}
fs_initcall(local_init);
