/* The internet family: which protocol serves which type of socket. */
#include <net/ip4.h>
#include <linux/list.h>

static struct list_head rows_by_type[SOCK_MAX];

static int ip4_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (sk) {
		sock->sk = NULL;
		sk->sk_prot->close(sk, 0);
	}
	return 0;
}

static int ip4_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)addr;

	if (len < (int)sizeof(*sin) || sin->sin_family != AF_INET)
		return -EINVAL;
	sock->sk->sk_port = sin->sin_port;
	return 0;
}

static int ip4_stream_connect(struct socket *sock, struct sockaddr *addr,
			      int len, int flags)
{
	struct sock *sk = sock->sk;
	int err = -EINVAL;

	lock_sock(sk);
	switch (sock->state) {
	case SS_UNCONNECTED:
		if (sk->sk_prot->pre_connect) {
			err = sk->sk_prot->pre_connect(sk, addr, len);
			if (err)
				break;
		}
		err = sk->sk_prot->connect(sk, addr, len);
		if (err < 0)
			break;
		sock->state = SS_CONNECTING;
		break;
	case SS_CONNECTING:
		err = -EAGAIN;
		break;
	default:
		break;
	}
	release_sock(sk);
	return err;
}

static int ip4_dgram_connect(struct socket *sock, struct sockaddr *addr,
			     int len, int flags)
{
	struct sock *sk = sock->sk;

	if (addr->sa_family == AF_UNSPEC)
		return 0;
	return sk->sk_prot->connect(sk, addr, len);
}

static int ip4_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;

	return INDIRECT_CALL_2(sk->sk_prot->sendmsg, stm_sendmsg, dgm_sendmsg,
			       sk, msg, len);
}

static int ip4_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;

	lock_sock(sk);
	if (sk->sk_prot->shutdown)
		sk->sk_prot->shutdown(sk, how);
	release_sock(sk);
	return 0;
}

static const struct proto_ops ip4_stream_ops = {
	.family = PF_INET,
	.release = ip4_release,
	.bind = ip4_bind,
	.connect = ip4_stream_connect,
	.sendmsg = ip4_sendmsg,
	.shutdown = ip4_shutdown,
};

static const struct proto_ops ip4_dgram_ops = {
	.family = PF_INET,
	.release = ip4_release,
	.bind = ip4_bind,
	.connect = ip4_dgram_connect,
	.sendmsg = ip4_sendmsg,
	.shutdown = ip4_shutdown,
};

static struct proto_row ip4_rows[] = {
	{
		.type = SOCK_STREAM,
		.protocol = IPPROTO_TCP,
		.prot = &stm_prot,
		.ops = &ip4_stream_ops,
	},
	{
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDP,
		.prot = &dgm_prot,
		.ops = &ip4_dgram_ops,
	},
	{
		.type = SOCK_RAW,
		.protocol = IPPROTO_IP,	/* any */
		.prot = &bare_prot,
		.ops = &ip4_dgram_ops,
		.flags = 1,
	},
};

static int ip4_create(struct socket *sock, int protocol, int kern)
{
	struct proto_row *answer;
	struct proto *answer_prot;
	struct sock *sk;
	int err = -ESOCKTNOSUPPORT;

	rcu_read_lock();
	list_for_each_entry_rcu(answer, &rows_by_type[sock->type], list) {
		err = 0;
		if (protocol == answer->protocol) {
			if (protocol != IPPROTO_IP)
				break;
		} else {
			if (protocol == IPPROTO_IP) {
				protocol = answer->protocol;
				break;
			}
			if (answer->protocol == IPPROTO_IP)
				break;
		}
		err = -EPROTONOSUPPORT;
	}
	if (unlikely(err)) {
		rcu_read_unlock();
		return err;
	}
	sock->ops = answer->ops;
	answer_prot = answer->prot;
	rcu_read_unlock();

	sk = sk_alloc(PF_INET, GFP_KERNEL, answer_prot);
	if (!sk)
		return -ENOMEM;
	sock_init_data(sock, sk);
	sk->sk_protocol = protocol;
	if (sk->sk_prot->hash) {
		err = sk->sk_prot->hash(sk);
		if (err)
			goto out_free;
	}
	if (sk->sk_prot->init) {
		err = sk->sk_prot->init(sk);
		if (err)
			goto out_free;
	}
	return 0;

out_free:
	sk_free(sk);
	return err;
}

static const struct net_proto_family ip4_family = {
	.family = PF_INET,
	.create = ip4_create,
};

void ip4_register_row(struct proto_row *row)
{
	list_add(&row->list, &rows_by_type[row->type]);
}

static int __init ip4_init(void)
{
	struct proto_row *row;
	struct list_head *head;

	for (head = &rows_by_type[0]; head < &rows_by_type[SOCK_MAX]; ++head)
		INIT_LIST_HEAD(head);
	for (row = ip4_rows; row < &ip4_rows[ARRAY_SIZE(ip4_rows)]; ++row)
		ip4_register_row(row);
	return sock_register(&ip4_family);
}
fs_initcall(ip4_init);
