/* From a protocol down to a device. */
#include <net/ip4.h>
#include <linux/netdevice.h>

int ip4_discard(struct sock *sk, struct parcel *parcel)
{
	free_parcel(parcel);
	return -ENETUNREACH;
}

int ip4_local_deliver(struct parcel *parcel)
{
	free_parcel(parcel);
	return 0;
}

static int ip4_finish_output(struct sock *sk, struct parcel *parcel)
{
	parcel->dev = parcel_route(parcel)->dev;
#ifdef CONFIG_PARCEL_TRACE
	pr_err("parcel of %u bytes\n", parcel->len);
#endif
	return dev_queue_parcel(parcel);
}

int ip4_output(struct sock *sk, struct parcel *parcel)
{
	if (parcel->len > 0xffff)
		return ip4_discard(sk, parcel);
	return ip4_finish_output(sk, parcel);
}

static int __ip4_local_out(struct sock *sk, struct parcel *parcel)
{
	parcel->data[0] = 0x45;
	return route_output(sk, parcel);
}

int ip4_queue_parcel(struct sock *sk, struct parcel *parcel)
{
	struct route_entry *rt = sk->sk_route;

	if (!rt) {
		rt = ip4_route_out(sk, sk->sk_daddr);
		if (IS_ERR(rt)) {
			free_parcel(parcel);
			return PTR_ERR(rt);
		}
		sk->sk_route = rt;
	}
	parcel_set_route(parcel, rt);
	return __ip4_local_out(sk, parcel);
}
