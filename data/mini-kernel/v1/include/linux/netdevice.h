#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/parcel.h>
#include <linux/list.h>

struct net_device;

struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_start_xmit)(struct parcel *parcel, struct net_device *dev);
};

struct net_device {
	char name[16];
	struct list_head dev_list;
	const struct net_device_ops *netdev_ops;
	unsigned int mtu;
};

int register_netdev(struct net_device *dev);
struct net_device *first_netdev(void);
int dev_queue_parcel(struct parcel *parcel);

static inline int start_parcel(const struct net_device_ops *ops,
			       struct parcel *parcel, struct net_device *dev)
{
	return ops->ndo_start_xmit(parcel, dev);
}

#endif
