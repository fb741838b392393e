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

#define LOOPBACK_NET	0x7f000000

static struct route_entry *route_alloc(struct net_device *dev)
{
	struct route_entry *rt = kzalloc(sizeof(*rt), GFP_ATOMIC);

	if (rt) {
		rt->dev = dev;
		rt->output = ip4_discard;
	}
	return rt;
}

struct route_entry *ip4_route_out(struct sock *sk, __be32 daddr)
{
	struct net_device *dev = first_netdev();
	struct route_entry *rt;

	if (!dev)
		return ERR_PTR(-ENETUNREACH);
	rt = route_alloc(dev);
	if (!rt)
		return ERR_PTR(-ENOMEM);
	rt->output = ip4_output;
	if ((daddr & 0xff000000) == LOOPBACK_NET)
		rt->input = ip4_local_deliver;
	return rt;
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

/* The same with a look at the length first. */
int ip4_queue_checked(struct sock *sk, struct parcel *parcel)
{
	if (parcel->len > 0xffff)
		return ip4_discard(sk, parcel);
	return ip4_queue_parcel(sk, parcel);
}
