/* A device with a wire at its end. */
#include <linux/netdevice.h>

struct wire {
	struct net_device dev;
	u32 registers[4];
};

#define to_wire(d) container_of(d, struct wire, dev)

static int wire_open(struct net_device *dev)
{
	to_wire(dev)->registers[0] = 1;
	return 0;
}

static int wire_xmit(struct parcel *parcel, struct net_device *dev)
{
	to_wire(dev)->registers[1] = parcel->len;
	free_parcel(parcel);
	return 0;
}

static const struct net_device_ops wire_ops = {
	.ndo_open = wire_open,
	.ndo_start_xmit = wire_xmit,
};

static struct wire wire = {
	.dev = {
		.name = "wire0",
		.netdev_ops = &wire_ops,
		.mtu = 1500,
	},
};

static int __init wire_init(void)
{
	return register_netdev(&wire.dev);
}
device_initcall(wire_init);
