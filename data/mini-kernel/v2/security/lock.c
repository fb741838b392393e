/* A module that lets nothing out once it is locked. */
#include <linux/security.h>
#include <linux/kernel.h>

static bool locked __read_mostly;

static int lock_socket_connect(struct socket *sock, struct sockaddr *addr, int len)
{
	return READ_ONCE(locked) ? -EINVAL : 0;
}

static struct security_hook_list lock_hooks[] = {
	HOOK_INIT(socket_connect, lock_socket_connect),
};

static int __init lock_init(void)
{
	security_add_hooks(lock_hooks, ARRAY_SIZE(lock_hooks), "lock");
	return 0;
}
core_initcall(lock_init);
