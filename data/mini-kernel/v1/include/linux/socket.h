#ifndef _LINUX_SOCKET_H
#define _LINUX_SOCKET_H

#include <linux/types.h>

typedef u16 sa_family_t;

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct sockaddr_in {
	sa_family_t sin_family;
	__be16 sin_port;
	__be32 sin_addr;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	const void __user *msg_base;
	size_t msg_size;
	unsigned int msg_flags;
};

#define AF_UNSPEC	0
#define AF_UNIX		1
#define AF_LOCAL	1
#define AF_INET		2
#define AF_MAX		4

#define PF_UNIX		AF_UNIX
#define PF_INET		AF_INET
#define NPROTO		AF_MAX

#define SOCK_TYPE_MASK	0xf
#define SOCK_MAX	6

enum sock_type {
	SOCK_STREAM	= 1,
	SOCK_DGRAM	= 2,
	SOCK_RAW	= 3,
};

enum {
	IPPROTO_IP = 0,
	IPPROTO_TCP = 6,
	IPPROTO_UDP = 17,
	IPPROTO_RAW = 255,
};

#endif
