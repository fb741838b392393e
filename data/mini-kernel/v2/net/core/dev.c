/* Devices: which there are is known when the machine runs, not before. */
#include <linux/netdevice.h>

static LIST_HEAD(all_devices);

int register_netdev(struct net_device *dev)
{
	list_add_tail(&dev->dev_list, &all_devices);
	return dev->netdev_ops->ndo_open(dev);
}

struct net_device *first_netdev(void)
{
	struct net_device *dev;

	list_for_each_entry(dev, &all_devices, dev_list) {
		if (dev->mtu)
			return dev;
	}
	return NULL;
}

int dev_queue_parcel(struct parcel *parcel)
{
	struct net_device *dev = parcel->dev;

	if (unlikely(!dev)) {
		free_parcel(parcel);
		return -ENETUNREACH;
	}
	return start_parcel(dev->netdev_ops, parcel, dev);
}
