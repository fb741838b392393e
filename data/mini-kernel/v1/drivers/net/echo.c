/* A device that gives back what it gets. */
#include <linux/netdevice.h>

static int echo_open(struct net_device *dev)
{
	return 0;
}

static int echo_xmit(struct parcel *parcel, struct net_device *dev)
{
	struct route_entry *rt = parcel_route(parcel);

	if (rt->input)
		return rt->input(parcel);
	free_parcel(parcel);
	return 0;
}

static const struct net_device_ops echo_ops = {
	.ndo_open = echo_open,
	.ndo_start_xmit = echo_xmit,
};

static struct net_device echo_dev = {
	.name = "echo0",
	.netdev_ops = &echo_ops,
	.mtu = 65536,
};

static int __init echo_init(void)
{
	return register_netdev(&echo_dev);
}
device_initcall(echo_init);
