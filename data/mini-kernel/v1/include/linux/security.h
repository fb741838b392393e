#ifndef _LINUX_SECURITY_H
#define _LINUX_SECURITY_H

#include <linux/list.h>

struct socket;
struct sockaddr;

union security_list_options {
	int (*socket_create)(int family, int type, int protocol);
	int (*socket_connect)(struct socket *sock, struct sockaddr *addr, int len);
};

struct security_hook_heads {
	struct hlist_head socket_create;
	struct hlist_head socket_connect;
};

struct security_hook_list {
	struct hlist_node list;
	struct hlist_head *head;
	union security_list_options hook;
	const char *owner;
};

#define HOOK_INIT(HEAD, HOOK) \
	{ .head = &security_hook_heads.HEAD, .hook = { .HEAD = HOOK } }

extern struct security_hook_heads security_hook_heads;
void security_add_hooks(struct security_hook_list *hooks, int count,
			const char *owner);

#ifdef CONFIG_SECURITY
int security_socket_create(int family, int type, int protocol);
int security_socket_connect(struct socket *sock, struct sockaddr *addr, int len);
#else
static inline int security_socket_create(int family, int type, int protocol)
{
	return 0;
}

static inline int security_socket_connect(struct socket *sock,
					  struct sockaddr *addr, int len)
{
	return 0;
}
#endif

#endif
