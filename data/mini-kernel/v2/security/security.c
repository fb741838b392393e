/* Hook lists: whoever wants to know may refuse. */
#include <linux/security.h>
#include <linux/kernel.h>

struct security_hook_heads security_hook_heads;

#define call_int_hook(FUNC, IRC, ...) ({				\
	int RC = IRC;							\
	do {								\
		struct security_hook_list *P;				\
									\
		hlist_for_each_entry(P, &security_hook_heads.FUNC, list) { \
			RC = P->hook.FUNC(__VA_ARGS__);			\
			if (RC != 0)					\
				break;					\
		}							\
	} while (0);							\
	RC;								\
})

void __init security_add_hooks(struct security_hook_list *hooks, int count,
			       const char *owner)
{
	int i;

	for (i = 0; i < count; i++) {
		hooks[i].owner = owner;
		hlist_add_tail_rcu(&hooks[i].list, hooks[i].head);
	}
}

int security_socket_create(int family, int type, int protocol)
{
	return call_int_hook(socket_create, 0, family, type, protocol);
}

int security_socket_connect(struct socket *sock, struct sockaddr *addr, int len)
{
	return call_int_hook(socket_connect, 0, sock, addr, len);
}
