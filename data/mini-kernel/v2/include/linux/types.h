#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <linux/compiler.h>

#define NULL ((void *)0)
#define true 1
#define false 0

typedef _Bool bool;
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long size_t;
typedef u16 __be16;
typedef u32 __be32;
typedef unsigned int gfp_t;

#define GFP_KERNEL	((gfp_t)0x01)
#define GFP_ATOMIC	((gfp_t)0x02)

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#endif
