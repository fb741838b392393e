/* Single messages, and bare parcels for those who write headers themselves. */
#include <net/ip4.h>

static int dgm_connect(struct sock *sk, struct sockaddr *addr, int len)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)addr;
	struct route_entry *rt;

	if (len < (int)sizeof(*sin))
		return -EINVAL;
	rt = ip4_route_connect(sk, sin->sin_addr);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	sk->sk_route = rt;
	sk->sk_daddr = sin->sin_addr;
	sk->sk_state_change(sk);
	return 0;
}

int dgm_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct parcel *parcel = alloc_parcel(len, GFP_KERNEL);

	if (!parcel)
		return -ENOMEM;
	copy_from_user(parcel->data, msg->msg_base, len);
	parcel_set_owner(parcel, sk);
	return ip4_queue_parcel(sk, parcel);
}

void sk_common_close(struct sock *sk, long timeout)
{
	sk_free(sk);
}

static int dgm_hash(struct sock *sk)
{
	return 0;
}

struct proto dgm_prot = {
	.name = "datagram",
	.close = sk_common_close,
	.connect = dgm_connect,
	.sendmsg = dgm_sendmsg,
	.hash = dgm_hash,
	.obj_size = sizeof(struct sock),
};

struct proto bare_prot = {
	.name = "bare",
	.close = sk_common_close,
	.connect = dgm_connect,
	.sendmsg = dgm_sendmsg,
	.obj_size = sizeof(struct sock),
};
