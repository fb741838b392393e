/* A module that counts what sockets do. */
#include <linux/security.h>
#include <linux/kernel.h>

static unsigned long n_created;
static unsigned long n_connected;

static int watch_socket_create(int family, int type, int protocol)
{
	n_created++;
	return 0;
}

static int watch_socket_connect(struct socket *sock, struct sockaddr *addr, int len)
{
	n_connected++;
	return 0;
}

static struct security_hook_list watch_hooks[] = {
	HOOK_INIT(socket_create, watch_socket_create),
	HOOK_INIT(socket_connect, watch_socket_connect),
};

static int __init watch_init(void)
{
	security_add_hooks(watch_hooks, ARRAY_SIZE(watch_hooks), "watch");
	return 0;
}
core_initcall(watch_init);
