/* Connections: a stream of bytes in order. */
#include <net/ip4.h>

enum {
	STM_CLOSED,
	STM_SYN_SENT,
	STM_OPEN,
};

static void stm_set_state(struct sock *sk, int state)
{
	sk->sk_state = state;
	if (state == STM_OPEN)
		sk->sk_state_change(sk);
}

static void stm_v4_send_check(struct sock *sk, struct parcel *parcel)
{
	parcel->data[0] ^= (u8)conn_sk(sk)->next_seq;
}

static const struct conn_af_ops stm_v4_af_ops = {
	.queue_xmit = ip4_queue_parcel,
	.send_check = stm_v4_send_check,
	.header_len = 20,
};

static int __stm_transmit(struct sock *sk, struct parcel *parcel, u32 seq)
{
	const struct conn_sock *conn = conn_sk(sk);

	parcel_set_owner(parcel, sk);
	conn->af_ops->send_check(sk, parcel);
	return conn->af_ops->queue_xmit(sk, parcel);
}

static int stm_transmit(struct sock *sk, struct parcel *parcel)
{
	return __stm_transmit(sk, parcel, conn_sk(sk)->next_seq++);
}

static int stm_send_hello(struct sock *sk)
{
	struct parcel *parcel = alloc_parcel(conn_sk(sk)->af_ops->header_len, GFP_KERNEL);

	if (unlikely(!parcel))
		return -ENOMEM;
	return stm_transmit(sk, parcel);
}

static int stm_v4_connect(struct sock *sk, struct sockaddr *addr, int len)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)addr;
	struct route_entry *rt;

	if (len < (int)sizeof(*sin) || sin->sin_family != AF_INET)
		return -EINVAL;
	rt = ip4_route_connect(sk, sin->sin_addr);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	sk->sk_daddr = sin->sin_addr;
	sk->sk_route = rt;
	stm_set_state(sk, STM_SYN_SENT);
	return stm_send_hello(sk);
}

int stm_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct parcel *parcel = alloc_parcel(len, GFP_KERNEL);

	if (!parcel)
		return -ENOMEM;
	if (copy_from_user(parcel->data, msg->msg_base, len))
		goto fail;
	return stm_transmit(sk, parcel);
fail:
	free_parcel(parcel);
	return -EINVAL;
}

static int stm_v4_init(struct sock *sk)
{
	struct conn_sock *conn = conn_sk(sk);

	conn->af_ops = &stm_v4_af_ops;
	stm_set_state(sk, STM_CLOSED);
	return 0;
}

static void stm_close(struct sock *sk, long timeout)
{
	stm_set_state(sk, STM_CLOSED);
	sk_common_close(sk, timeout);
}

struct proto stm_prot = {
	.name = "stream",
	.close = stm_close,
	.connect = stm_v4_connect,
	.init = stm_v4_init,
	.sendmsg = stm_sendmsg,
	.obj_size = sizeof(struct conn_sock),
};
