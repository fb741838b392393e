#ifndef _LINUX_PARCEL_H
#define _LINUX_PARCEL_H

#include <linux/kernel.h>

struct sock;
struct net_device;

/* What travels: a buffer with the route that it takes. */
struct parcel {
	struct parcel *next;
	struct sock *sk;
	struct net_device *dev;
	unsigned long _route;
	void (*destructor)(struct parcel *parcel);
	u8 *data;
	unsigned int len;
};

struct route_entry {
	struct net_device *dev;
	int (*output)(struct sock *sk, struct parcel *parcel);
	int (*input)(struct parcel *parcel);
	int error;
};

static inline struct route_entry *parcel_route(const struct parcel *parcel)
{
	return (struct route_entry *)(parcel->_route & ~1ul);
}

static inline void parcel_set_route(struct parcel *parcel, struct route_entry *rt)
{
	parcel->_route = (unsigned long)rt;
}

struct parcel *alloc_parcel(unsigned int size, gfp_t flags);
void free_parcel(struct parcel *parcel);

#endif
