/* Where a parcel goes from here. */
#include <net/ip4.h>
#include <linux/netdevice.h>

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
